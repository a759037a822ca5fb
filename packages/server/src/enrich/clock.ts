/** An event's time after correction. */
export interface CorrectedTime {
  /** Milliseconds since 1970. */
  readonly time: number
  readonly adjusted: boolean
}

export interface DeliveryTimes {
  /** The sender's clock when it sent the batch; `null` when it did not say. */
  readonly sentAt: number | null
  /** Our clock when it arrived. */
  readonly receivedAt: number
}

/** A difference that a network and a queue explain; below it the sender's clock is taken as right. */
const TOLERATED_SKEW_MS = 30_000
const MAX_FUTURE_MS = 5 * 60_000
/** No sender keeps events longer; what claims to be older has a clock that was wrong when it was recorded. */
const MAX_AGE_MS = 7 * 24 * 3_600_000

/**
 * Corrects a wrong clock and says so; an event is never dropped for its time. A sender that tells when it sent is
 * shifted by how far its clock is off; what is still impossible counts as happened on arrival. Of a sender that does
 * not tell, only a future is known to be wrong: its past may be a time without a zone, or a late import.
 */
export function correctTime(time: number, { sentAt, receivedAt }: DeliveryTimes): CorrectedTime {
  const skew = sentAt === null ? 0 : receivedAt - sentAt
  const shift = Math.abs(skew) > TOLERATED_SKEW_MS ? skew : 0
  const shifted = Math.round(time + shift)
  // Before 1970 there was nothing to observe, also for a sender that does not tell its clock.
  if (!(shifted >= 0) || shifted > receivedAt + MAX_FUTURE_MS) return { time: receivedAt, adjusted: true }
  if (sentAt !== null && shifted < receivedAt - MAX_AGE_MS) return { time: receivedAt, adjusted: true }
  return { time: shifted, adjusted: shift !== 0 }
}
