import type { Dimension } from '@wayside/protocol'

/** What a column of `cells` holds of an event, as SQL. */
interface FacetColumns {
  readonly kind: string
  readonly value: string
}

const plain = (column: string): FacetColumns => ({ kind: `''`, value: column })

/** The facets that summaries are kept by, beside that of endpoints, under the names of their dimensions. */
export const FACETS: ReadonlyMap<Dimension, FacetColumns> = new Map<Dimension, FacetColumns>([
  ['consumer', { kind: '"consumerKind"', value: 'consumer' }],
  ['country', plain('country')],
  ['client', plain('client')],
  ['clientVersion', plain('"clientVersion"')],
  ['os', plain('os')],
  ['device', plain('device')],
  ['bot', plain('bot')],
  ['host', plain('host')],
  ['userId', plain('"userId"')],
  ['apiKey', plain('"apiKeyHash"')],
  ['oauthClient', plain('"oauthClientId"')],
  ['framework', plain('framework')],
  ['service', plain('service')],
  ['serviceVersion', plain('"serviceVersion"')],
  ['environment', plain('environment')],
  ['instance', plain('instance')],
  ['errorClass', plain('"errorClass"')],
  ['errorFingerprint', plain('"errorFingerprint"')],
])
