/** Shed events of one endpoint and status in one stretch of time, as the journal holds them and the store adds them up. */
export interface ShedCounts {
  /** The first and the last minute of the stretch, minutes since 1970. */
  readonly minute: number
  readonly lastMinute: number
  readonly method: string
  readonly route: string | null
  readonly status: number
  readonly requests: number
  readonly aborted: number
  readonly requestBytes: number
  readonly responseBytes: number
  /** Latency buckets and how many requests fell into each. */
  readonly buckets: readonly number[]
  readonly counts: readonly number[]
}
