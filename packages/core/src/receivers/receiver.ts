import type { SecureContext } from 'node:tls'

/** A collector's address with all that a connection to it needs. */
export interface Receiver {
  /** `http:` or `https:`, without user; a path prefix is kept. */
  readonly url: URL
  /** Empty only when disabled. */
  readonly apiKey: string
  /** Its share among the receivers of a `loadbalance` group. */
  readonly weight: number
  /** Which certificates are believed and which one is shown; `null` without TLS. */
  readonly secureContext: SecureContext | null
  readonly proxy: Proxy | null
  /** Key and events may cross public networks unencrypted. */
  readonly allowCleartext: boolean
}

export interface Proxy {
  /** Without user. */
  readonly url: URL
  /** Value of `Proxy-Authorization`. A secret. */
  readonly authorization: string | null
}

/** `failover` asks the receivers in order; `loadbalance` shares batches among them. */
export type Strategy = 'failover' | 'loadbalance'

/** Receivers of which one gets each batch. Every group gets all batches. */
export interface ReceiverGroup {
  readonly strategy: Strategy
  readonly receivers: readonly [Receiver, ...Receiver[]]
}

/** How a group is called in what the operator reads: its addresses. */
export function nameOf({ receivers }: ReceiverGroup): string {
  return receivers.map(({ url }) => url.href).join(', ')
}
