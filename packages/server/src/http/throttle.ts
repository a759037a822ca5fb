/** Lets each of many callers use something at a rate, and a burst of it at once. */
export interface Throttle {
  /** How long a caller has to wait before it may use an amount, milliseconds; 0 when it may now. */
  waitMs(caller: string, amount: number): number
  /** Takes an amount, also where it is more than is left: the debt is waited for next time. */
  use(caller: string, amount: number): void
}

export interface ThrottleOptions {
  readonly perSecond: number
  /** The most that can be used at once after a rest. */
  readonly burst: number
  readonly monotonicMs: () => number
}

const MAX_CALLERS = 10_000

export function createThrottle({ perSecond, burst, monotonicMs }: ThrottleOptions): Throttle {
  const costMs = 1_000 / perSecond
  const burstMs = burst * costMs
  /** When a caller has all of its burst again. */
  const fullAt = new Map<string, number>()

  const makeRoom = (at: number): void => {
    for (const [caller, full] of fullAt) if (full <= at) fullAt.delete(caller)
    // So many at once are one crowd: it may take from the start again.
    if (fullAt.size >= MAX_CALLERS) fullAt.clear()
  }

  return {
    waitMs(caller, amount) {
      const at = monotonicMs()
      const full = Math.max(fullAt.get(caller) ?? 0, at)
      return Math.max(0, full + amount * costMs - at - burstMs)
    },
    use(caller, amount) {
      const at = monotonicMs()
      if (fullAt.size >= MAX_CALLERS) makeRoom(at)
      fullAt.set(caller, Math.max(fullAt.get(caller) ?? 0, at) + amount * costMs)
    },
  }
}
