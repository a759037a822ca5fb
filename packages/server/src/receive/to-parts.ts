import type { ApiEvent } from '@wayside/protocol'

/** Encoding a batch for the journal is one piece of work: what is larger is journaled in parts, each as a whole. */
const EVENTS_PER_PART = 500

/** Some of a delivery's events. What the delivery tells beside them goes with the first part. */
export interface Part {
  readonly events: readonly ApiEvent[]
  readonly isFirst: boolean
}

/** A delivery's events in parts; a heartbeat is one without any. */
export function* toParts(events: readonly ApiEvent[]): Generator<Part> {
  let from = 0
  do {
    yield { events: events.slice(from, from + EVENTS_PER_PART), isFirst: from === 0 }
    from += EVENTS_PER_PART
  } while (from < events.length)
}
