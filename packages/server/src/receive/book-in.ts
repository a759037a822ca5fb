import { EMPTY_BOOKS, countSeqs, toRanges, type ApiEvent, type BatchReceipt, type RejectedEvent, type ShedWindow } from '@wayside/protocol'
import { correctTime } from '../enrich/clock.ts'
import { closeGaps, reviewGaps, type Gap } from '../ledger/gaps.ts'
import { contains, countCommon, holesOf, union, without, type IntervalSet } from '../ledger/interval-set.ts'
import type { LedgerEntry } from '../ledger/ledger.ts'
import { countTraceless, openBooks, type ProducerBooks, type Sender } from '../ledger/producer-books.ts'
import { believe } from './believe.ts'
import { mergeBooks } from './merge-books.ts'
import type { Delivery, ProducerReport } from './receiver.ts'

/** What a delivery changes, decided before anything of it is kept. */
export interface BookedDelivery {
  /** The producer once the delivery is on disk. */
  readonly entry: LedgerEntry
  /** The seqs that the ledger gains. */
  readonly added: IntervalSet
  /** Events that are new. */
  readonly events: readonly ApiEvent[]
  readonly eventSeqs: IntervalSet
  /** Shed windows that are new. */
  readonly shed: readonly ShedWindow[]
  /** Events that were dropped without a trace since the producer was last heard of. */
  readonly dropped: number
  readonly receipt: BatchReceipt
}

/** A producer that is silent for longer sends no retry: a spool keeps events for three days. */
export const LEDGER_LIFE_MS = 7 * 86_400_000

/**
 * Books a producer's delivery: takes what its ledger does not know, and moves its books forward. Deliveries may come in
 * any order, again, and in part; the first one that brings a seq counts.
 * @param known - `null` for a producer that was never heard of
 * @param maxRanges - ranges that the producer may have; past it the lowest holes count as taken
 */
export function bookIn(known: LedgerEntry | null, delivery: Delivery, report: ProducerReport, maxRanges: number): BookedDelivery {
  const isLive = known !== null && delivery.receivedAt - known.books.lastSeenAt <= LEDGER_LIFE_MS
  const believed = believe(isLive ? known : null, delivery, report)
  const before = isLive ? known : known === null ? openEntry(delivery, report) : closeHoles(known, known.books.end, delivery.receivedAt)
  const { books } = before

  const expired: RejectedEvent[] = []
  const events = believed.events.filter(({ seq }) => {
    if (!contains(before.ranges, seq)) return true
    if (seq < books.closedBefore) expired.push({ seq, field: 'seq', reason: 'expired' })
    return false
  })
  const eventSeqs = toRanges(events.map(({ seq }) => seq))
  const withEvents = union(before.ranges, eventSeqs)
  const shed = takeWindows(believed.shed, withEvents)
  const withShed = union(withEvents, ...shed.map(({ seqs }) => seqs))
  const withDropped = union(withShed, believed.droppedSeqs)
  const rejected = toRanges(believed.rejectedSeqs)
  const ranges = union(withDropped, rejected)

  const told = mergeBooks(books.told, believed.books)
  const end = endOf(ranges)
  const duplicates = believed.events.length - events.length - expired.length
  const opened = openGaps(holesOf(ranges, toLimit(books), Math.max(end, told.settledBefore)), events, books.lastCapturedAt, delivery)
  const entry: LedgerEntry = {
    ranges,
    books: {
      ...books,
      sender: toSender(delivery),
      shared: books.shared || report.shared,
      lastSeenAt: Math.max(books.lastSeenAt, delivery.receivedAt),
      revision: books.revision + 1,
      told,
      end,
      stored: books.stored + events.length,
      shed: books.shed + shed.reduce((sum, { seqs }) => sum + countSeqs(seqs), 0),
      dropped: books.dropped + countNew(believed.droppedSeqs, withShed),
      rejected: books.rejected + countNew(rejected, withDropped),
      duplicates: books.duplicates + duplicates,
      expired: books.expired + expired.length,
      ambiguous: books.ambiguous + (report.ambiguous ? events.length : 0),
      lastCapturedAt: toLastCapturedAt(books, events, delivery),
      gaps: reviewGaps(books.gaps, opened, { ranges, closedBefore: books.closedBefore, settledBefore: told.settledBefore, now: delivery.receivedAt }),
    },
  }
  const bounded = ranges.length <= maxRanges ? entry : closeHoles(entry, ranges[ranges.length - maxRanges]?.from ?? 0, delivery.receivedAt)
  return {
    entry: bounded,
    // The store may have forgotten the ranges of a producer that was silent for so long.
    added: isLive ? without(bounded.ranges, known.ranges) : bounded.ranges,
    events,
    eventSeqs,
    shed,
    dropped: countTraceless(told) - countTraceless(books.told),
    receipt: { ack: 'durable', accepted: events.length, duplicates, rejected: [...expired, ...believed.rejected] },
  }
}

/** A window tells of its events together, so it is new as a whole or not at all. */
function takeWindows(windows: readonly ShedWindow[], known: IntervalSet): readonly ShedWindow[] {
  const taken: ShedWindow[] = []
  for (const window of windows) {
    const isNew = [known, ...taken.map(({ seqs }) => seqs)].every((set) => countCommon(set, window.seqs) === 0)
    if (isNew) taken.push(window)
  }
  return taken
}

function countNew(seqs: IntervalSet, known: IntervalSet): number {
  return countSeqs(seqs) - countCommon(known, seqs)
}

/** A producer that is heard of for the first time. What it has settled before was settled with somebody else. */
function openEntry(delivery: Delivery, { books }: ProducerReport): LedgerEntry {
  const earlier = books.settledBefore
  const opened = openBooks(toSender(delivery), delivery.receivedAt)
  return {
    ranges: earlier === 0 ? [] : [{ from: 0, to: earlier - 1 }],
    books: { ...opened, told: { ...EMPTY_BOOKS, settledBefore: earlier }, end: earlier, closedBefore: earlier, earlier },
  }
}

/** From now on everything below a seq counts as taken; what was not is lost. */
function closeHoles({ ranges, books }: LedgerEntry, before: number, now: number): LedgerEntry {
  if (before <= books.closedBefore) return { ranges, books }
  const closed = union(ranges, [{ from: 0, to: before - 1 }])
  const gaps = closeGaps(books.gaps, before, { ranges, closedBefore: books.closedBefore, settledBefore: books.told.settledBefore, now })
  const view = { ranges: closed, closedBefore: before, settledBefore: books.told.settledBefore, now }
  return { ranges: closed, books: { ...books, closedBefore: before, gaps: reviewGaps(gaps, [], view) } }
}

/** Holes that were not there before, each with the known events around it. */
function openGaps(holes: IntervalSet, events: readonly ApiEvent[], lastCapturedAt: number | null, delivery: Delivery): readonly Gap[] {
  let at = 0
  let after = lastCapturedAt
  return holes.map(({ from, to }) => {
    for (let event = events[at]; event !== undefined && event.seq < from; event = events[++at]) after = toCapturedAt(event, delivery)
    const next = events[at]
    const before = next === undefined ? delivery.receivedAt : toCapturedAt(next, delivery)
    return { from, to, events: 0, noticedAt: null, after, before: Math.max(before, after ?? before) }
  })
}

function toLastCapturedAt({ end, lastCapturedAt }: ProducerBooks, events: readonly ApiEvent[], delivery: Delivery): number | null {
  const last = events[events.length - 1]
  return last === undefined || last.seq < end ? lastCapturedAt : toCapturedAt(last, delivery)
}

/** An exchange is captured when it ends. */
function toCapturedAt({ time, durationUs }: ApiEvent, delivery: Delivery): number {
  return correctTime(time, delivery).time + Math.round((durationUs ?? 0) / 1_000)
}

/** All holes below are in gaps. */
function toLimit({ end, told }: ProducerBooks): number {
  return Math.max(end, told.settledBefore)
}

function endOf(ranges: IntervalSet): number {
  return (ranges[ranges.length - 1]?.to ?? -1) + 1
}

function toSender({ head: { sdk, framework, environment, service, serviceVersion, instance } }: Delivery): Sender {
  return { sdk, framework, environment, service, serviceVersion, instance }
}
