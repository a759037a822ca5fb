/** The wait before retry number `attempt` (1, 2, …) in milliseconds: full jitter under a doubling bound of 500 ms to 30 s. */
export function backoffMs(attempt: number, random: () => number): number {
  const bound = Math.min(MAX_MS, BASE_MS * 2 ** Math.min(attempt - 1, 16))
  return Math.round(random() * bound)
}

const BASE_MS = 500
const MAX_MS = 30_000
