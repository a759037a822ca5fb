import { createBreaker, type BreakerOptions } from './breaker.ts'

/** How many attempts a receiver group may get now: by what it asks for, by whether it lets us in, and by whether it is there. */
export interface Gate {
  /** Attempts that may be under way now. */
  limit(nowMs: number): number
  /** The server has answered that it understood; it asks for so much patience. */
  understood(nowMs: number, afterMs: number): void
  /** It does not let us in. */
  refused(nowMs: number, afterMs: number): void
  /** It is not there, or asks for patience. */
  failed(nowMs: number, afterMs: number): void
  /** Someone waits: the next attempt may go as soon as the server has its patience. */
  hurry(): void
  /** When an attempt may go, monotonic milliseconds. */
  readonly opensAtMs: number
  /** Since when attempts fail without a success between, monotonic milliseconds; `null` when nothing is wrong. */
  readonly troubledSinceMs: number | null
  /** The last answer was that the key or the address is wrong. */
  readonly isRefused: boolean
}

/** The first and the longest wait between attempts while the key or the address is refused. */
const ACCESS_RETRY_MS = 60_000
const MAX_ACCESS_RETRY_MS = 300_000

export function createGate(options: BreakerOptions): Gate {
  const breaker = createBreaker(options)
  /** The server has asked for patience until then. */
  let pausedUntilMs = 0
  /** It is near its limits: one batch at a time. */
  let throttled = false
  let refusals = 0

  function pause(untilMs: number): void {
    pausedUntilMs = Math.max(pausedUntilMs, untilMs)
  }

  return {
    limit(nowMs) {
      if (nowMs < pausedUntilMs) return 0
      return Math.min(breaker.limit(nowMs), refusals > 0 || throttled ? 1 : Infinity)
    },
    understood(nowMs, afterMs) {
      breaker.succeeded()
      refusals = 0
      throttled = afterMs > 0
      pause(nowMs + afterMs)
    },
    refused(nowMs, afterMs) {
      // Both attempts under way count once.
      if (nowMs >= pausedUntilMs || refusals === 0) refusals++
      pause(nowMs + Math.max(afterMs, Math.min(MAX_ACCESS_RETRY_MS, ACCESS_RETRY_MS * 2 ** (Math.min(refusals, 8) - 1))))
    },
    failed(nowMs, afterMs) {
      breaker.failed(nowMs)
      refusals = 0
      pause(nowMs + afterMs)
    },
    hurry: breaker.hurry,
    get opensAtMs() {
      return Math.max(pausedUntilMs, breaker.retryAtMs)
    },
    get troubledSinceMs() {
      return breaker.openSinceMs
    },
    get isRefused() {
      return refusals > 0
    },
  }
}
