/** Why a captured event was not delivered. Every drop is counted under exactly one reason. */
export const DROP_REASONS = [
  'queue_overflow',
  'spool_overflow',
  'spool_corrupt',
  'too_large',
  'expired',
  'rejected',
  'auth',
  'serialize_error',
  'shutdown_timeout',
  'internal_error',
] as const

export type DropReason = (typeof DROP_REASONS)[number]

/**
 * A producer's cumulative counters since its process or worker started. They travel with every batch, so that a lost
 * report loses nothing, and a gap that they do not explain is a loss that the server can show.
 */
export interface Books {
  /** Events captured, which is also the seq that the next one gets. */
  readonly captured: number
  readonly dropped: Readonly<Partial<Record<DropReason, number>>>
  /** How many of the drops for `queue_overflow` still count by endpoint, in windows that were or will be delivered. */
  readonly shed: number
  /**
   * Every seq below was acknowledged by the server as stored, or told to it as dropped or shed: a seq below that the
   * server does not know is a loss.
   */
  readonly settledBefore: number
  /** When the oldest event began that is neither delivered nor dropped, milliseconds since 1970; `null` when there is none. */
  readonly oldestPendingAt: number | null
  /** Bytes that wait on the producer's disk. */
  readonly spoolBytes: number
  /** The producer has stopped: nothing comes after these books, but for batches that its spool holds. */
  readonly closed: boolean
}

/** The books of a producer that has captured nothing yet. */
export const EMPTY_BOOKS: Books = Object.freeze({
  captured: 0,
  dropped: Object.freeze({}),
  shed: 0,
  settledBefore: 0,
  oldestPendingAt: null,
  spoolBytes: 0,
  closed: false,
})
