import { backoffMs } from './backoff.ts'

/** How many attempts a receiver group may get at once: after failures in a row none, then one to see, then all again. */
export interface Breaker {
  /** Attempts that may be under way now. */
  limit(nowMs: number): number
  succeeded(): void
  failed(nowMs: number): void
  /** Someone waits: the next attempt may go now. */
  hurry(): void
  /** When an attempt may go, monotonic milliseconds; 0 while nothing is wrong. */
  readonly retryAtMs: number
  /** Since when it is open without a success, monotonic milliseconds; `null` when it is closed. */
  readonly openSinceMs: number | null
}

export interface BreakerOptions {
  readonly random: () => number
  /** Bound of the wait before an attempt to see, milliseconds. */
  readonly maxWaitMs: () => number
}

/** Batches under way at once; a second one keeps the first's retries from holding up all others. */
const CONCURRENCY = 2
const FAILURES_TO_OPEN = 5

export function createBreaker({ random, maxWaitMs }: BreakerOptions): Breaker {
  let failures = 0
  let retryAtMs = 0
  let openSinceMs: number | null = null
  return {
    limit: (nowMs) => (openSinceMs === null ? CONCURRENCY : nowMs >= retryAtMs ? 1 : 0),
    succeeded() {
      failures = 0
      retryAtMs = 0
      openSinceMs = null
    },
    failed(nowMs) {
      failures++
      if (failures < FAILURES_TO_OPEN) return
      openSinceMs ??= nowMs
      retryAtMs = nowMs + backoffMs(failures - FAILURES_TO_OPEN + 1, random, maxWaitMs())
    },
    hurry: () => void (retryAtMs = 0),
    get retryAtMs() {
      return retryAtMs
    },
    get openSinceMs() {
      return openSinceMs
    },
  }
}
