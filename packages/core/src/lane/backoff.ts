/**
 * The wait before retry number `attempt` (1, 2, …) in milliseconds: full jitter under a bound that doubles from 500 ms to
 * `maxMs`.
 */
export function backoffMs(attempt: number, random: () => number, maxMs: number): number {
  return Math.round(random() * Math.min(maxMs, BASE_MS * 2 ** Math.min(attempt - 1, 16)))
}

const BASE_MS = 500
