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
  readonly captured: number
  readonly dropped: Readonly<Partial<Record<DropReason, number>>>
}
