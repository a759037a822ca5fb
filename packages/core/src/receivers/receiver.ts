/** A collector's address with all that a connection to it needs. */
export interface Receiver {
  /** A path prefix is kept. */
  readonly url: URL
  /** Empty only when disabled. */
  readonly apiKey: string
}

/** Receivers of which one gets each batch. Every group gets all batches. */
export interface ReceiverGroup {
  readonly receivers: readonly [Receiver, ...Receiver[]]
}

/** How a group is called in what the operator reads: its addresses. */
export function nameOf({ receivers }: ReceiverGroup): string {
  return receivers.map(({ url }) => url.href).join(', ')
}
