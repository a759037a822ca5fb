/** Lets a number of things happen in a time, evenly refilled. */
export interface Throttle {
  /** 0 when it may happen now; else how long to wait, in milliseconds. */
  take(): number
}

/** @param now - milliseconds since 1970 */
export function createThrottle(count: number, windowMs: number, now: () => number): Throttle {
  const costMs = windowMs / count
  /** When all of the allowance will be there again. */
  let fullAt = 0
  return {
    take() {
      const at = now()
      const waitMs = Math.max(fullAt, at) + costMs - (at + windowMs)
      if (waitMs > 0) return waitMs
      fullAt = Math.max(fullAt, at) + costMs
      return 0
    },
  }
}
