/** Requests by duration over time, as `GET /api/v1/latency` tells them. Instants are milliseconds since 1970. */
export interface LatencyCourse {
  /** [from, to). */
  readonly from: number
  readonly to: number
  readonly timeZone: string
  /** All events acknowledged before this instant are in this answer. */
  readonly completeUntil: number
  /** Upper ends of the bands but for the last, which has none; milliseconds, ascending. */
  readonly bandsMs: readonly number[]
  readonly intervals: readonly {
    /** When the interval begins. */
    readonly time: number
    /** Requests of each band whose duration is known, one more than there are ends. */
    readonly requests: readonly number[]
  }[]
}
