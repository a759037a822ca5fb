import { EMPTY_BOOKS, LIMITS, toRanges, type ApiEvent, type Books } from '@wayside/protocol'
import { assert, property } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { countCommon, union, type IntervalSet } from '../ledger/interval-set.ts'
import type { LedgerEntry } from '../ledger/ledger.ts'
import { countCaptured, countDropped, countLost, countPending } from '../ledger/producer-books.ts'
import { capturedAt, createBooksModel, producerHistories, sampleWindow, toArrivals, toDelivery } from '../testing/producer-history.ts'
import { sampleDelivery, sampleEvent, sampleEvents, SAMPLE_TIME } from '../testing/sample.ts'
import { bookIn, LEDGER_LIFE_MS, type BookedDelivery } from './book-in.ts'
import type { Delivery, ProducerReport } from './receiver.ts'

type Sent = Partial<Pick<Delivery, 'events' | 'receivedAt' | 'sentAt'>> & Partial<Omit<ProducerReport, 'books'>> & { readonly books?: Partial<Books> }

function book(known: LedgerEntry | null, { events = [], receivedAt = SAMPLE_TIME, sentAt = receivedAt, books = {}, ...report }: Sent): BookedDelivery {
  const captured = (events.at(-1)?.seq ?? -1) + 1
  const delivery = sampleDelivery({ events, receivedAt, sentAt, report: { ...report, books: { ...EMPTY_BOOKS, captured, ...books } } })
  if (delivery.producer === null) throw new Error('a sample has a producer')
  return bookIn(known, delivery, delivery.producer, 1_024)
}

const bookAll = (sent: readonly Sent[]) => sent.reduce<LedgerEntry | null>((entry, each) => book(entry, each).entry, null)?.books

const bookDelivery = (known: LedgerEntry | null, delivery: Delivery): BookedDelivery => {
  if (delivery.producer === null) throw new Error('a sample has a producer')
  return bookIn(known, delivery, delivery.producer, 1_024)
}

describe('whatever order deliveries come in, again or in part', () => {
  test('every captured event is in exactly one place, as sets of numbers have it', () => {
    assert(
      property(producerHistories, (history) => {
        const model = createBooksModel(history)
        let entry: LedgerEntry | null = null
        const stored: number[] = []
        for (const arrival of toArrivals(history)) {
          const booked: BookedDelivery = bookDelivery(entry, toDelivery(history, arrival))
          entry = booked.entry
          stored.push(...booked.events.map(({ seq }) => seq))
          model.arrive(arrival)
        }
        if (entry === null) return

        const { books, ranges } = entry
        const { earlier, shed, dropped, rejected } = books
        expect(stored.toSorted((a, b) => a - b)).toEqual(model.stored())
        expect(ranges).toEqual(toRanges(model.taken()))
        expect({
          captured: countCaptured(books),
          earlier,
          stored: books.stored,
          shed,
          dropped,
          rejected,
          lost: countLost(books),
          pending: countPending(books),
          again: books.duplicates + books.expired,
        }).toEqual(model.account())
        // Every lost event is in one gap, and was captured in its time.
        for (const seq of model.lost()) {
          const around = books.gaps.filter(({ from, to }) => from <= seq && seq <= to)
          expect(around).toHaveLength(1)
          expect(around[0]?.after ?? 0).toBeLessThanOrEqual(capturedAt(seq))
          expect(around[0]?.before ?? 0).toBeGreaterThanOrEqual(capturedAt(seq))
          expect(around[0]?.noticedAt).toBe(SAMPLE_TIME)
        }
      }),
      { numRuns: 1_000 },
    )
  })

  test('what the ledger gains, put together, is the ledger, and nothing is gained twice', () => {
    assert(
      property(producerHistories, (history) => {
        let entry: LedgerEntry | null = null
        let gained: IntervalSet = []
        for (const arrival of toArrivals(history)) {
          const booked: BookedDelivery = bookDelivery(entry, toDelivery(history, arrival))
          entry = booked.entry
          expect(countCommon(gained, booked.added)).toBe(0)
          gained = union(gained, booked.added)
        }
        expect(entry?.ranges ?? []).toEqual(gained)
      }),
    )
  })
})

describe('a gap', () => {
  const at = (seq: number): ApiEvent => sampleEvent({ seq, time: SAMPLE_TIME + seq * 1_000, durationUs: 0 })

  test('is a loss only once its producer has settled it, between the events that are known around it', () => {
    const first = book(null, { events: [at(0), at(1)], receivedAt: SAMPLE_TIME + 2_000 })
    const second = book(first.entry, { events: [at(5)], receivedAt: SAMPLE_TIME + 6_000 })
    expect(countLost(second.entry.books)).toBe(0)
    expect(countPending(second.entry.books)).toBe(3)
    const settled = book(second.entry, { books: { captured: 6, settledBefore: 4 }, receivedAt: SAMPLE_TIME + 9_000 })
    expect(settled.entry.books.gaps).toEqual([
      { from: 2, to: 4, events: 2, noticedAt: SAMPLE_TIME + 9_000, after: SAMPLE_TIME + 1_000, before: SAMPLE_TIME + 5_000 },
    ])
    expect(countPending(settled.entry.books)).toBe(1)
  })

  test('that the producer itself counts as dropped is no loss, though it cannot name the events', () => {
    const books = bookAll([{ events: [at(0), at(9)] }, { books: { captured: 10, settledBefore: 10, dropped: { queue_overflow: 5 } } }])
    expect(books && [countDropped(books), countLost(books), countPending(books)]).toEqual([5, 3, 0])
  })

  test('closes when its events arrive after all', () => {
    const books = bookAll([{ events: [at(0), at(5)] }, { books: { captured: 6, settledBefore: 6 } }, { events: [at(2)] }])
    expect(books?.gaps).toMatchObject([{ from: 1, to: 4, events: 3 }])
    expect(bookAll([{ events: [at(0), at(3)] }, { books: { captured: 4, settledBefore: 4 } }, { events: [at(1), at(2)] }])).toMatchObject({ gaps: [], stored: 4 })
  })

  test('at the end is one too: nothing came after it, and its producer knows nothing of it', () => {
    const books = bookAll([{ events: [at(0)] }, { books: { captured: 9, settledBefore: 7 }, receivedAt: SAMPLE_TIME + 60_000 }])
    expect(books?.gaps).toMatchObject([{ from: 1, to: 6, events: 6, after: SAMPLE_TIME, before: SAMPLE_TIME + 60_000 }])
  })

  test('stays exact where there are thousands, in a list that does not grow', () => {
    const odd = Array.from({ length: 2_000 }, (_, each) => at(each * 2 + 1))
    const { entry } = book(book(null, { events: odd, receivedAt: SAMPLE_TIME + 5_000_000 }).entry, { books: { captured: 4_000, settledBefore: 4_000 } })
    expect(entry.ranges).toHaveLength(1_024)
    expect(entry.books.gaps.length).toBeLessThanOrEqual(64)
    expect(countLost(entry.books)).toBe(2_000)
    expect(entry.books.stored).toBe(2_000)
    // What lies among the ranges that were joined is given up; the rest may still arrive.
    const late = book(entry, { events: [at(10), at(3_990)], books: { captured: 4_000 } })
    expect(late.receipt).toEqual({ ack: 'durable', accepted: 1, duplicates: 0, rejected: [{ seq: 10, field: 'seq', reason: 'expired' }] })
    expect(countLost(late.entry.books)).toBe(1_999)
    expect(late.entry.books.expired).toBe(1)
  })
})

describe('a producer', () => {
  test('that was never heard of has settled its past with somebody else', () => {
    const books = bookAll([{ events: sampleEvents(3, 1_000), books: { captured: 1_003, settledBefore: 1_000 } }])
    expect(books).toMatchObject({ earlier: 1_000, stored: 3, gaps: [] })
  })

  test('that was silent for longer than its ledger lives: what may have been taken is rejected, the rest is taken', () => {
    const first = book(null, { events: sampleEvents(3, 0) })
    const second = book(first.entry, { events: [sampleEvent({ seq: 5 })] })
    const late = SAMPLE_TIME + LEDGER_LIFE_MS + 1
    const third = book(second.entry, { events: sampleEvents(6, 2), receivedAt: late, sentAt: late })
    expect(third.receipt).toMatchObject({ accepted: 2, duplicates: 0, rejected: [2, 3, 4, 5].map((seq) => ({ seq, reason: 'expired' })) })
    expect(third.entry.books).toMatchObject({ stored: 6, expired: 4, end: 8 })
    expect(third.entry.books.gaps).toMatchObject([{ from: 3, to: 4, events: 2 }])
    // The store has forgotten its ranges by then.
    expect(third.added).toEqual([{ from: 0, to: 7 }])
  })

  test('is still known on the last day of its ledger', () => {
    const first = book(null, { events: sampleEvents(3, 0) })
    const last = SAMPLE_TIME + LEDGER_LIFE_MS
    expect(book(first.entry, { events: sampleEvents(3, 0), receivedAt: last }).receipt).toMatchObject({ duplicates: 3, rejected: [] })
  })

  test('row 59: cannot leap: what is out of all proportion is left out, and the rest goes on', () => {
    const { entry } = book(null, { events: sampleEvents(3, 0) })
    const far = 3 + 2 ** 32
    const near = book(entry, { events: [3, far - 1, far].map((seq) => sampleEvent({ seq })) })
    expect(near.receipt).toMatchObject({ accepted: 2, duplicates: 0, rejected: [{ seq: far, field: 'seq' }] })
    const forged = book(entry, {
      droppedSeqs: [{ from: 3, to: 4 }, { from: 6, to: far }],
      shed: [sampleWindow([5]), sampleWindow([7, far])],
      rejectedSeqs: [far],
      books: { captured: far + 1, settledBefore: far, dropped: { auth: 7 } },
    })
    expect(forged.entry.ranges).toEqual([{ from: 0, to: 5 }])
    expect(forged.entry.books).toMatchObject({ dropped: 2, shed: 1, rejected: 0, told: { captured: 3, settledBefore: 0, dropped: {} } })
  })

  test('that is new to this server may have counted for years', () => {
    expect(book(null, { events: sampleEvents(2, 2 ** 50) }).receipt).toMatchObject({ accepted: 2, rejected: [] })
  })
})

describe('books', () => {
  test('only move forward, whatever an old batch says', () => {
    const newer = { captured: 50, settledBefore: 40, dropped: { queue_overflow: 7, auth: 1 }, shed: 1, spoolBytes: 0 }
    const older = { captured: 20, settledBefore: 10, dropped: { queue_overflow: 3 }, shed: 2, spoolBytes: 999, oldestPendingAt: SAMPLE_TIME }
    for (const order of [[older, newer], [newer, older]])
      expect(bookAll(order.map((books) => ({ books })))?.told).toEqual({ ...newer, oldestPendingAt: null, closed: false })
  })

  test('stay closed when another process sends what the spool held', () => {
    const books = bookAll([{ books: { captured: 9, closed: true, spoolBytes: 500 } }, { events: [sampleEvent({ seq: 3 })], books: { captured: 4 } }])
    expect(books?.told).toMatchObject({ closed: true, captured: 9, spoolBytes: 500 })
  })

  test('tell since when events wait by our clock', () => {
    const books = bookAll([{ books: { captured: 9, oldestPendingAt: SAMPLE_TIME - 90_000 }, sentAt: SAMPLE_TIME - 60_000 }])
    expect(books?.told.oldestPendingAt).toBe(SAMPLE_TIME - 30_000)
  })

  test('tell what was dropped without a trace since the delivery before', () => {
    const first = book(null, { books: { captured: 30, dropped: { queue_overflow: 10, auth: 2 }, shed: 8 } })
    const second = book(first.entry, { books: { captured: 40, dropped: { queue_overflow: 12, auth: 5 }, shed: 9 } })
    expect([first.dropped, second.dropped]).toEqual([4, 4])
    expect(book(second.entry, { books: { captured: 30, dropped: { queue_overflow: 10, auth: 2 }, shed: 8 } }).dropped).toBe(0)
  })

  test('count what another receiver may hold too', () => {
    const first = book(null, { events: sampleEvents(3), ambiguous: true })
    const again = book(first.entry, { events: sampleEvents(3), ambiguous: true })
    expect(again.entry.books).toMatchObject({ ambiguous: 3, duplicates: 3, revision: 2 })
  })
})

describe('a shed window', () => {
  test('counts once', () => {
    const first = book(null, { shed: [sampleWindow([4, 5, 9])] })
    const again = book(first.entry, { shed: [sampleWindow([4, 5, 9]), sampleWindow([10])] })
    expect([first.shed.length, again.shed.length]).toEqual([1, 1])
    expect(again.entry.books.shed).toBe(4)
  })

  test('that holds a known event is left out whole, and what only it tells stays unknown', () => {
    const { entry } = book(null, { events: [sampleEvent({ seq: 4 })] })
    const booked = book(entry, { shed: [sampleWindow([4, 5])], books: { captured: 6 } })
    expect(booked.shed).toEqual([])
    expect(countPending(book(booked.entry, {}).entry.books)).toBe(5)
  })
})

test('a delivery that tells of as much as one may is booked whole', () => {
  const shed = Array.from({ length: 8 }, (_, each) => sampleWindow(Array.from({ length: LIMITS.shedRanges / 8 }, (_, at) => (at * 8 + each) * 2)))
  const { entry } = book(null, { shed, books: { captured: LIMITS.shedRanges * 2 } })
  expect(entry.ranges).toHaveLength(1_024)
  expect(entry.books.shed).toBe(LIMITS.shedRanges)
  expect(countCaptured(entry.books)).toBe(LIMITS.shedRanges * 2)
  expect(countLost(entry.books) + countPending(entry.books)).toBe(LIMITS.shedRanges)
})
