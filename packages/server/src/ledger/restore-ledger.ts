import { countSeqs } from '@wayside/protocol'
import type { BatchHeader } from '../journal/journal-batch.ts'
import type { StoredLedger } from '../store/store.ts'
import { reviewGaps } from './gaps.ts'
import { addRange, holesOf, union, type IntervalSet } from './interval-set.ts'
import { createLedger, type Ledger } from './ledger.ts'
import { openBooks, type ProducerBooks } from './producer-books.ts'

/** The ledger as a store kept it; the producer that was silent longest is the first that may be forgotten. */
export function restoreLedger(stored: StoredLedger): Ledger {
  const producers = new Map<string, RestoredProducer>()
  for (const { projectId, producerId, from, to, seenAt } of stored.intervals) {
    const key = `${projectId}:${producerId}`
    const before = producers.get(key)
    producers.set(key, { projectId, producerId, seenAt: Math.max(before?.seenAt ?? 0, seenAt), ranges: addRange(before?.ranges ?? [], { from, to }), books: null })
  }
  for (const { projectId, producerId, books } of stored.producers) {
    const key = `${projectId}:${producerId}`
    // The ranges of a producer are forgotten before its books are.
    const ranges = producers.get(key)?.ranges ?? (books.end === 0 ? [] : [{ from: 0, to: books.end - 1 }])
    producers.set(key, { projectId, producerId, seenAt: books.lastSeenAt, ranges, books })
  }
  const ledger = createLedger()
  for (const { ranges, books, seenAt, ...key } of [...producers.values()].sort((a, b) => a.seenAt - b.seenAt))
    ledger.put(key, { ranges, books: books ?? toBooks(ranges, seenAt) })
  return ledger
}

/** Adds what a journaled batch had left of its producer. Batches come in the order in which they were journaled. */
export function recoverBatch(ledger: Ledger, { projectId, producerId, ranges, books }: BatchHeader): void {
  if (producerId === null || books === null) return
  const key = { projectId, producerId }
  ledger.put(key, { ranges: union(ledger.get(key)?.ranges ?? [], ranges), books })
}

interface RestoredProducer {
  readonly projectId: number
  readonly producerId: string
  readonly seenAt: number
  readonly ranges: IntervalSet
  readonly books: ProducerBooks | null
}

/** Books of a producer whose own were removed with its project's data. */
function toBooks(ranges: IntervalSet, seenAt: number): ProducerBooks {
  const end = (ranges.at(-1)?.to ?? -1) + 1
  const gaps = holesOf(ranges, 0, end).map(({ from, to }) => ({ from, to, events: 0, noticedAt: null, after: null, before: seenAt }))
  const view = { ranges, closedBefore: 0, settledBefore: 0, now: seenAt }
  return { ...openBooks(UNKNOWN_SENDER, seenAt), end, stored: countSeqs(ranges), gaps: reviewGaps([], gaps, view) }
}

const UNKNOWN_SENDER = { sdk: 'unknown', framework: 'unknown', environment: null, service: null, serviceVersion: null, instance: null } as const
