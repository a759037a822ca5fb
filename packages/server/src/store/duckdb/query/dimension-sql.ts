import { DIMENSIONS, OUTCOMES, SHED, type Dimension } from '@wayside/protocol'
import type { StoreDimension } from '../../store-query.ts'
import type { Parameters } from './parameters.ts'

/** What a dimension is in SQL. The names of tags are a user's, and so parameters. */
export type DimensionSql = (dimension: StoreDimension, parameters: Parameters) => string

const ENDPOINT = `CASE WHEN route IS NULL THEN method ELSE method || ' ' || route END`
const STATUS_CLASS = `(status // 100) || 'xx'`
const API_VERSION = `nullif(regexp_extract(route, '(?:^|/)(v[0-9]+)(?:/|$)', 1), '')`
const OUTCOME = `CASE outcome ${OUTCOMES.map((outcome, at) => `WHEN ${at} THEN '${outcome}'`).join(' ')} END`

/** Over the columns of events, which those of cells share. */
const OF_EVENTS: Readonly<Record<Dimension, string>> = {
  endpoint: ENDPOINT,
  method: 'method',
  route: 'route',
  path: 'path',
  status: 'status',
  statusClass: STATUS_CLASS,
  outcome: OUTCOME,
  host: 'host',
  consumer: 'consumer',
  consumerKind: '"consumerKind"',
  userId: '"userId"',
  apiKey: '"apiKeyHash"',
  oauthClient: '"oauthClientId"',
  country: 'country',
  client: 'client',
  clientVersion: '"clientVersion"',
  os: 'os',
  device: 'device',
  bot: 'coalesce(bot, false)',
  apiVersion: API_VERSION,
  framework: 'framework',
  service: 'service',
  serviceVersion: '"serviceVersion"',
  environment: 'environment',
  instance: 'instance',
  errorClass: '"errorClass"',
  errorFingerprint: '"errorFingerprint"',
}

export const ofEvents: DimensionSql = (dimension, parameters) =>
  isDimension(dimension) ? OF_EVENTS[dimension] : `json_extract_string(tags, ${parameters.add(toPointer(dimension), 'VARCHAR')})`

/** Shed requests are known by endpoint and status; in all else they have a value of their own. */
const OF_SHED: Readonly<Partial<Record<StoreDimension, string>>> = {
  endpoint: ENDPOINT,
  method: 'method',
  route: 'route',
  status: 'status',
  statusClass: STATUS_CLASS,
  apiVersion: API_VERSION,
  consumerKind: `'unknown'`,
  bot: 'NULL::BOOLEAN',
}

export const ofShed: DimensionSql = (dimension) => OF_SHED[dimension] ?? `'${SHED}'`

/** A JSON pointer, in which every name can be written. */
function toPointer(tag: string): string {
  return `/${tag.slice('tag:'.length).replaceAll('~', '~0').replaceAll('/', '~1')}`
}

const NAMES: ReadonlySet<string> = new Set(DIMENSIONS)

function isDimension(dimension: StoreDimension): dimension is Dimension {
  return NAMES.has(dimension)
}
