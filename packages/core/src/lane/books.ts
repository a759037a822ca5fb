import { toRanges, type ApiEvent, type Books, type DropReason, type SeqRange } from '@wayside/protocol'
import type { Fate } from './delivery.ts'
import { createDropNotices, type DropNotice } from './drop-notices.ts'
import { createFlushWatchers, type FlushResult } from './flush-watchers.ts'
import type { Parcel } from './parcel.ts'
import { exclude } from './seq-set.ts'

/**
 * The books of one lane: every captured event is delivered, dropped under one reason, or pending. They know what the
 * server has been told of that, and who waits for it.
 */
export interface LaneBooks {
  /** A full queue has given up an event; its count by endpoint is kept. */
  shed(event: ApiEvent): void
  drop(reason: DropReason, ranges: readonly SeqRange[], events: number): void
  /** The spool has lost batches that were nowhere else. */
  dropSpooled(reason: DropReason, ranges: readonly SeqRange[], events: number): void
  /** A parcel has left the memory and is on disk alone. */
  spill(parcel: Parcel): void
  /** Books a parcel's fate. One that another process has left is in that process's books. */
  settle(parcel: Parcel, fate: Fate): void
  /** What the next batch tells of events that it does not carry. */
  takeNotice(): DropNotice
  giveBackNotice(notice: DropNotice): void
  /** What the next batch tells of all events. */
  snapshot(state: Pick<Books, 'oldestPendingAt' | 'spoolBytes' | 'closed'>): Books
  /** What the server was told last is not the last word. */
  readonly hasNews: boolean
  /** The server knows that this producer has ended and all that there is to know, or has never heard of it. */
  readonly isClosed: boolean
  /** When it was told last, monotonic milliseconds. */
  readonly toldAtMs: number
  /** Follows the events that wait in memory. With `patient: false`, until the first failure at most. */
  watch(timeoutMs: number, patient: boolean): Promise<FlushResult>
  attemptFailed(): void
  /** Somebody waits. */
  readonly isAwaited: boolean
  readonly delivered: number
  readonly pending: number
  /** Of those, on disk alone. */
  readonly spooled: number
  readonly dropped: Readonly<Partial<Record<DropReason, number>>>
  /** How many of the drops for `queue_overflow` still count by endpoint. */
  readonly shedEvents: number
}

/** Opens books with every counter at 0. `captured` tells how many events the recorder has captured. */
export function createBooks(captured: () => number, monotonicMs: () => number): LaneBooks {
  const notices = createDropNotices()
  const watchers = createFlushWatchers()
  const dropped: Partial<Record<DropReason, number>> = {}
  let delivered = 0
  let droppedEvents = 0
  let spooled = 0
  /** The newest books that the server has acknowledged. */
  let told: Books | null = null
  let toldAtMs = monotonicMs()

  function count(reason: DropReason, events: number): void {
    if (events === 0) return
    dropped[reason] = (dropped[reason] ?? 0) + events
    droppedEvents += events
  }

  function drop(reason: DropReason, ranges: readonly SeqRange[], events: number): void {
    notices.dropped(ranges)
    count(reason, events)
    watchers.settled(ranges, 'dropped')
  }

  function dropSpooled(reason: DropReason, ranges: readonly SeqRange[], events: number): void {
    notices.dropped(ranges)
    count(reason, events)
    spooled -= events
  }

  function settleAcked({ events, ranges, notice, origin, books }: Parcel, rejected: readonly number[]): void {
    const refused = new Set(rejected.filter((seq) => ranges.some(({ from, to }) => from <= seq && seq <= to)))
    delivered += events - refused.size
    count('rejected', refused.size)
    notices.stored(exclude(ranges, refused))
    notices.dropped(toRanges([...refused].sort((a, b) => a - b)))
    notices.told(notice)
    if (books !== null && books.captured >= (told?.captured ?? 0)) told = books
    toldAtMs = monotonicMs()
    if (origin === 'replay') spooled -= events
    else watchers.settled(ranges, 'delivered', refused.size)
  }

  function settleDropped({ events, ranges, notice, origin }: Parcel, reason: DropReason): void {
    if (origin === 'replay') dropSpooled(reason, ranges, events)
    else drop(reason, ranges, events)
    // Refused without an event to blame, it would be refused again.
    if (events === 0 && (reason === 'rejected' || reason === 'too_large')) notices.giveUp(notice)
    else notices.giveBack(notice)
  }

  return {
    shed(event) {
      notices.shed(event)
      count('queue_overflow', 1)
      if (watchers.active) watchers.settled([{ from: event.seq, to: event.seq }], 'dropped')
    },
    drop,
    dropSpooled,
    spill({ events, ranges, origin, notice }) {
      // What the batch tells of others is told again: who takes it back from the disk knows nothing of that.
      notices.giveBack(notice)
      if (origin !== 'live') return
      spooled += events
      watchers.settled(ranges, 'spooled')
    },
    settle(parcel, fate) {
      if (parcel.origin === 'orphan') return
      if (fate.kind === 'acked') settleAcked(parcel, fate.rejected)
      else settleDropped(parcel, fate.reason)
    },
    takeNotice: notices.take,
    giveBackNotice: notices.giveBack,
    snapshot: (state) => ({
      captured: captured(),
      dropped: { ...dropped },
      shed: notices.shedEvents,
      settledBefore: notices.settledBefore,
      ...state,
    }),
    get hasNews() {
      if (captured() === 0) return false
      if (told === null || notices.waiting) return true
      return told.captured !== captured() || told.settledBefore !== notices.settledBefore || sumOf(told.dropped) !== droppedEvents
    },
    get isClosed() {
      if (captured() === 0) return true
      return told !== null && told.closed && told.captured === captured() && sumOf(told.dropped) === droppedEvents && !notices.waiting
    },
    get toldAtMs() {
      return toldAtMs
    },
    watch: (timeoutMs, patient) => watchers.watch(captured(), captured() - delivered - droppedEvents - spooled, timeoutMs, patient),
    attemptFailed: watchers.failed,
    get isAwaited() {
      return watchers.active
    },
    get delivered() {
      return delivered
    },
    get pending() {
      return captured() - delivered - droppedEvents
    },
    get spooled() {
      return spooled
    },
    get dropped() {
      return { ...dropped }
    },
    get shedEvents() {
      return notices.shedEvents
    },
  }
}

function sumOf(dropped: Books['dropped']): number {
  return Object.values(dropped).reduce((sum, events) => sum + events, 0)
}
