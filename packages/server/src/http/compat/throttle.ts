/** Lets each of many callers do something a number of times in a while, evenly refilled. */
export interface Throttle {
  /** 0 when the caller may now; else how long to wait, in milliseconds. */
  take(caller: string): number
}

const MAX_CALLERS = 10_000

/** @param now - milliseconds since 1970 */
export function createThrottle(count: number, windowMs: number, now: () => number): Throttle {
  const costMs = windowMs / count
  /** When a caller has all of its allowance again. */
  const fullAt = new Map<string, number>()

  const makeRoom = (at: number): void => {
    for (const [caller, full] of fullAt) if (full <= at) fullAt.delete(caller)
    // So many at once are one crowd: it may take from the start again.
    if (fullAt.size >= MAX_CALLERS) fullAt.clear()
  }

  return {
    take(caller) {
      const at = now()
      const full = Math.max(fullAt.get(caller) ?? 0, at)
      const waitMs = full + costMs - (at + windowMs)
      if (waitMs > 0) return waitMs
      if (fullAt.size >= MAX_CALLERS) makeRoom(at)
      fullAt.set(caller, full + costMs)
      return 0
    },
  }
}
