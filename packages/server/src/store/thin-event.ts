import type { StoredEvent } from './stored-event.ts'

/** What only single requests tell and no sum is made of. It is taken out of events that are no longer listed. */
export const DETAIL_COLUMNS = ['wallTime', 'ip', 'userAgent', 'errorMessage', 'tags'] as const satisfies readonly (keyof StoredEvent)[]

/** The event without its details: every sum that it counts in stays what it was, but those by path and by tag. */
export function thinEvent(event: StoredEvent): StoredEvent {
  return { ...event, wallTime: null, ip: null, userAgent: null, errorMessage: null, tags: null, path: event.route ?? '' }
}
