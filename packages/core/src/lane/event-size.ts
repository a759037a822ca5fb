import type { ApiEvent } from '@wayside/protocol'

/** Numbers, object header and pointers of an event, and its place in the queue. */
const FIXED_BYTES = 320

/** Upper bound of what an event occupies while it waits, in bytes: two for each character and the fixed part. */
export function sizeOfEvent(event: ApiEvent): number {
  let characters =
    event.method.length +
    length(event.route) +
    event.path.length +
    length(event.host) +
    length(event.ip) +
    length(event.userAgent) +
    length(event.userId) +
    length(event.apiKeyHash) +
    length(event.oauthClientId) +
    length(event.errorClass) +
    length(event.errorFingerprint) +
    length(event.errorMessage)
  if (event.tags !== null) for (const [name, value] of Object.entries(event.tags)) characters += name.length + value.length
  return FIXED_BYTES + 2 * characters
}

function length(text: string | null): number {
  return text === null ? 0 : text.length
}

/** A response slower than this is worth more than its count. */
const SLOW_US = 1_000_000

/** Failures and slow responses: what an operator looks for afterwards. */
export function isPrecious(event: ApiEvent): boolean {
  return event.status >= 500 || event.errorClass !== null || (event.durationUs ?? 0) >= SLOW_US
}
