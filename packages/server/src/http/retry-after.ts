/** Longer waits help nobody: whoever waited that long finds out by asking. */
const MAX_SECONDS = 300

/** The least time over which waits are spread, in whole seconds as they are. */
const MIN_SPREAD_MS = 2_000

/**
 * The value of `Retry-After` for a wait, in whole seconds from 1 to 300. It is spread over half as much again, so that
 * those who were refused together do not come back together.
 */
export function toRetryAfter(waitMs: number, random: () => number = Math.random): string {
  const seconds = Math.ceil((waitMs + random() * Math.max(MIN_SPREAD_MS, waitMs / 2)) / 1_000)
  return String(Math.min(MAX_SECONDS, Math.max(1, seconds)))
}
