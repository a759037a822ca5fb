import type { Timers } from '../src/state/timers.ts'

/** Timers that go off when a test says so. */
export interface FakeTimers extends Timers {
  /** Delays of the timers that are set. */
  readonly waitsMs: readonly number[]
  /** Sets off the oldest one. */
  fire(): void
}

export function createFakeTimers(now: number): FakeTimers {
  const timers: { readonly delayMs: number; readonly callback: () => void }[] = []
  return {
    now: () => now,
    after(delayMs, callback) {
      const timer = { delayMs, callback }
      timers.push(timer)
      return () => {
        const at = timers.indexOf(timer)
        if (at !== -1) timers.splice(at, 1)
      }
    },
    get waitsMs() {
      return timers.map(({ delayMs }) => delayMs)
    },
    fire: () => timers.shift()?.callback(),
  }
}
