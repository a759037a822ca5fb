import { EMPTY_BOOKS, type Books, type DropReason } from '@wayside/protocol'

/** The cumulative counters of one recorder: every captured event is delivered, dropped under one reason, or pending. */
export interface RunningBooks {
  /** Counts an event and gives its seq. */
  capture(): number
  deliver(events: number): void
  drop(reason: DropReason, events: number): void
  /** What travels with each batch. */
  snapshot(): Books
  readonly captured: number
  readonly delivered: number
  readonly pending: number
  readonly dropped: Readonly<Partial<Record<DropReason, number>>>
}

/** Opens books with every counter at 0. */
export function createBooks(): RunningBooks {
  let captured = 0
  let delivered = 0
  let droppedTotal = 0
  const dropped: Partial<Record<DropReason, number>> = {}
  return {
    capture: () => captured++,
    deliver: (events) => void (delivered += events),
    drop: (reason, events) => {
      if (events === 0) return
      dropped[reason] = (dropped[reason] ?? 0) + events
      droppedTotal += events
    },
    snapshot: () => ({ ...EMPTY_BOOKS, captured, dropped: { ...dropped } }),
    get captured() {
      return captured
    },
    get delivered() {
      return delivered
    },
    get pending() {
      return captured - delivered - droppedTotal
    },
    get dropped() {
      return { ...dropped }
    },
  }
}
