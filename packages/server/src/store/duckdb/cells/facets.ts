import type { Dimension } from '@wayside/protocol'
import type { StoreDimension } from '../../store-query.ts'

/** Columns of events that tell of one thing and so mostly change together. Cells keep them together. */
export const FACETS = {
  endpoint: ['method', 'route'],
  kind: ['consumerKind'],
  consumer: ['consumerKind', 'consumer'],
  agent: ['client', 'clientVersion', 'os', 'device', 'bot'],
  deployment: ['framework', 'environment', 'service', 'serviceVersion', 'instance'],
  country: ['country'],
  host: ['host'],
  error: ['errorClass', 'errorFingerprint'],
} as const satisfies Readonly<Record<string, readonly string[]>>
export type Facet = keyof typeof FACETS

/** In the order in which cells name them. */
export const FACET_NAMES = ['endpoint', 'kind', 'consumer', 'agent', 'deployment', 'country', 'host', 'error'] as const satisfies readonly Facet[]

/** Where cells keep a dimension; `every` is in all of them, `null` in none. A consumer's facet tells its kind too. */
const FACET_OF: Readonly<Record<Dimension, Facet | 'every' | null>> = {
  endpoint: 'endpoint',
  method: 'endpoint',
  route: 'endpoint',
  apiVersion: 'endpoint',
  path: null,
  status: 'every',
  statusClass: 'every',
  outcome: 'every',
  host: 'host',
  consumer: 'consumer',
  consumerKind: 'kind',
  userId: null,
  apiKey: null,
  oauthClient: null,
  country: 'country',
  client: 'agent',
  clientVersion: 'agent',
  os: 'agent',
  device: 'agent',
  bot: 'agent',
  framework: 'deployment',
  service: 'deployment',
  serviceVersion: 'deployment',
  environment: 'deployment',
  instance: 'deployment',
  errorClass: 'error',
  errorFingerprint: 'error',
}

/** The column by which cells name a value of a facet. */
export function toIdColumn(facet: Facet): string {
  return `${facet}_id`
}

export function toFacet(dimension: StoreDimension): Facet | 'every' | null {
  return Object.hasOwn(FACET_OF, dimension) ? FACET_OF[dimension as Dimension] : null
}
