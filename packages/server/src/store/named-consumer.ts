import type { ConsumerKind, Dimension } from '@wayside/protocol'
import type { StoreFilter } from './store-query.ts'

/** A consumer that has a name. */
export interface NamedConsumer {
  readonly kind: Exclude<ConsumerKind, 'unknown'>
  readonly consumer: string
}

export const NAMED_KINDS = ['user', 'api_key', 'oauth_client', 'ip'] as const satisfies readonly NamedConsumer['kind'][]

/** An event of a user may name an API key too, whose consumer it then is not. */
const DIMENSIONS: Readonly<Record<NamedConsumer['kind'], Dimension | null>> = { user: 'userId', api_key: 'apiKey', oauth_client: 'oauthClient', ip: null }

/** Passes the events that name a consumer, whether or not they count as its own: those of a user from an address name it too. Shed ones name nobody. */
export function toNamingFilter({ kind, consumer }: NamedConsumer): StoreFilter {
  const is = (name: Dimension, value: string): StoreFilter => ({ kind: 'text', operator: 'is', dimension: name, values: [value] })
  const own: StoreFilter = { kind: 'and', filters: [is('consumerKind', kind), is('consumer', consumer)] }
  const dimension = DIMENSIONS[kind]
  return { kind: 'or', filters: [own, dimension === null ? { kind: 'address', ip: consumer } : is(dimension, consumer)] }
}
