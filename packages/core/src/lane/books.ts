import type { Books, DropReason } from '@wayside/protocol'

/** The cumulative counters of one lane: every captured event is delivered, dropped under one reason, or pending. */
export interface RunningBooks {
  deliver(events: number): void
  drop(reason: DropReason, events: number): void
  readonly delivered: number
  readonly pending: number
  readonly droppedEvents: number
  readonly dropped: Books['dropped']
}

/** Opens books with every counter at 0. `captured` tells how many events the recorder has captured. */
export function createBooks(captured: () => number): RunningBooks {
  let delivered = 0
  let droppedEvents = 0
  const dropped: Partial<Record<DropReason, number>> = {}
  return {
    deliver: (events) => void (delivered += events),
    drop(reason, events) {
      if (events === 0) return
      dropped[reason] = (dropped[reason] ?? 0) + events
      droppedEvents += events
    },
    get delivered() {
      return delivered
    },
    get pending() {
      return captured() - delivered - droppedEvents
    },
    get droppedEvents() {
      return droppedEvents
    },
    get dropped() {
      return { ...dropped }
    },
  }
}
