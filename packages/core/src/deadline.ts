/** How long a caller waits for a delivery. */
export interface Deadline {
  /**
   * Milliseconds to wait, 0 to 600,000.
   * @default 2000
   */
  readonly timeoutMs?: number
}

const DEFAULT_TIMEOUT_MS = 2_000
const MAX_TIMEOUT_MS = 600_000

/** The wait in milliseconds. Ending an app never fails over a number: what is none counts as not given. */
export function toTimeoutMs(deadline: Deadline | undefined): number {
  const timeoutMs = deadline?.timeoutMs
  return typeof timeoutMs === 'number' && timeoutMs >= 0 ? Math.min(timeoutMs, MAX_TIMEOUT_MS) : DEFAULT_TIMEOUT_MS
}
