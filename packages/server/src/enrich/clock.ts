/** An event's time after correction. */
export interface CorrectedTime {
  /** Milliseconds since 1970. */
  readonly time: number
  readonly adjusted: boolean
  /** What the sender's clock said, where the time was adjusted; `null` also for what is no time at all. */
  readonly wallTime: number | null
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
const DAY_MS = 24 * 3_600_000
/** No sender keeps events longer; what claims to be older has a clock that was wrong when it was recorded. */
const MAX_AGE_MS = 7 * DAY_MS
/** Of a sender that does not tell its clock: a late import, and no more days than the store can have a file for. */
const MAX_SILENT_AGE_MS = 400 * DAY_MS

/**
 * Corrects a wrong clock and says so; an event is never dropped for its time. A sender that tells when it sent is
 * shifted by how far its clock is off; what is still impossible counts as happened on arrival. Of a sender that does
 * not tell, only a future and a far past are known to be wrong: its past may be a time without a zone, or an import.
 */
export function correctTime(time: number, { sentAt, receivedAt }: DeliveryTimes): CorrectedTime {
  const skew = sentAt === null ? 0 : receivedAt - sentAt
  const shift = Math.abs(skew) > TOLERATED_SKEW_MS ? skew : 0
  const shifted = Math.round(time + shift)
  const oldest = receivedAt - (sentAt === null ? MAX_SILENT_AGE_MS : MAX_AGE_MS)
  // Written so that what is no number is impossible too.
  const isPossible = shifted >= oldest && shifted <= receivedAt + MAX_FUTURE_MS
  if (isPossible && shift === 0) return { time: shifted, adjusted: false, wallTime: null }
  const wallTime = Math.round(time)
  return { time: isPossible ? shifted : receivedAt, adjusted: true, wallTime: Number.isSafeInteger(wallTime) ? wallTime : null }
}
