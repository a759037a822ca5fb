/** The clock and its timers, as arguments, so that tests turn them by hand. */
export interface Timers {
  /** Milliseconds since 1970. */
  now(): number
  /** Calls once after `delayMs`. @returns calls it off */
  after(delayMs: number, callback: () => void): () => void
}

/** The browser's own. */
export const browserTimers: Timers = {
  now: () => Date.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs)
    return () => clearTimeout(timer)
  },
}
