/** What became of one attempt to deliver a batch: all that delivery knows of the network. */
export type SendResult =
  /**
   * The server holds the batch durably, but for the events with these seqs, which it can never store. `afterMs` over 0:
   * it is near its limits, and the next batch should wait so long.
   */
  | { readonly kind: 'acked'; readonly rejected: readonly number[]; readonly afterMs: number }
  /** Nothing is known or the server asks for patience: the same bytes again, not sooner than `afterMs`. */
  | { readonly kind: 'retry'; readonly afterMs: number; readonly reason: string }
  /** The key or the address is wrong: keep the data, ask seldom. */
  | { readonly kind: 'refused_access'; readonly afterMs: number; readonly reason: string }
  /** The server understood and will never take this batch. */
  | { readonly kind: 'refused_batch'; readonly reason: string }
  /** The batch is larger than the server takes. */
  | { readonly kind: 'too_large' }
