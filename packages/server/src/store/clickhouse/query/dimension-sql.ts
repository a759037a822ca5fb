import { DIMENSIONS, OUTCOMES, SHED, type Dimension } from '@wayside/protocol'
import type { StoreDimension } from '../../store-query.ts'
import type { Parameters } from './parameters.ts'

/** What a dimension is in SQL. The names of tags are a user's, and so parameters. */
export type DimensionSql = (dimension: StoreDimension, parameters: Parameters) => string

const METHOD = 'toString(method)'
const ROUTE = `CAST(route, 'Nullable(String)')`
const API_VERSION = `nullIf(extract(ifNull(${ROUTE}, ''), '(?:^|/)(v[0-9]+)(?:/|$)'), '')`

const OF_ENDPOINTS = {
  endpoint: `if(isNull(${ROUTE}), ${METHOD}, concat(${METHOD}, ' ', ifNull(${ROUTE}, '')))`,
  method: METHOD,
  route: ROUTE,
  status: 'status',
  statusClass: `concat(toString(intDiv(status, 100)), 'xx')`,
  apiVersion: API_VERSION,
} as const satisfies Readonly<Partial<Record<Dimension, string>>>

const text = (column: string) => `CAST(${column}, 'Nullable(String)')`

const OF_EVENTS: Readonly<Record<Dimension, string>> = {
  ...OF_ENDPOINTS,
  path: 'path',
  outcome: `multiIf(${OUTCOMES.map((outcome, at) => `outcome = ${at}, '${outcome}'`).join(', ')}, NULL)`,
  host: text('host'),
  consumer: text('consumer'),
  consumerKind: 'toString("consumerKind")',
  userId: text('"userId"'),
  apiKey: text('"apiKeyHash"'),
  oauthClient: text('"oauthClientId"'),
  country: text('country'),
  client: text('client'),
  clientVersion: text('"clientVersion"'),
  os: text('os'),
  device: text('device'),
  bot: 'bot',
  framework: text('framework'),
  service: text('service'),
  serviceVersion: text('"serviceVersion"'),
  environment: text('environment'),
  instance: text('instance'),
  errorClass: text('"errorClass"'),
  errorFingerprint: text('"errorFingerprint"'),
}

export const ofEvents: DimensionSql = (dimension, parameters) => {
  if (isDimension(dimension)) return OF_EVENTS[dimension]
  const tag = parameters.add(dimension.slice('tag:'.length), 'String')
  return `if(mapContains(tags, ${tag}), CAST(tags[${tag}], 'Nullable(String)'), NULL)`
}

/** Cells hold the endpoint, or the one dimension that they are kept by. */
export const ofCells: DimensionSql = (dimension) => {
  if (dimension in OF_ENDPOINTS) return OF_ENDPOINTS[dimension as keyof typeof OF_ENDPOINTS]
  if (dimension === 'consumerKind') return 'toString(kind)'
  return dimension === 'bot' ? `value = 'true'` : 'value'
}

/** Shed requests are known by endpoint and status; in all else they have a value of their own. */
export const ofShed: DimensionSql = (dimension) => {
  if (dimension in OF_ENDPOINTS) return OF_ENDPOINTS[dimension as keyof typeof OF_ENDPOINTS]
  if (dimension === 'consumerKind') return `'unknown'`
  return dimension === 'bot' ? `CAST(NULL, 'Nullable(Bool)')` : `'${SHED}'`
}

/** The type of a dimension's values, which all sources share. */
export function toKeyType(dimension: StoreDimension): string {
  if (dimension === 'status') return 'Int64'
  return dimension === 'bot' ? 'Nullable(Bool)' : 'Nullable(String)'
}

const NAMES: ReadonlySet<string> = new Set(DIMENSIONS)

function isDimension(dimension: StoreDimension): dimension is Dimension {
  return NAMES.has(dimension)
}
