import { EMPTY_BOOKS, type RejectedEvent } from '@wayside/protocol'
import { correctTime } from '../enrich/clock.ts'
import type { LedgerEntry } from '../ledger/ledger.ts'
import { countCaptured } from '../ledger/producer-books.ts'
import type { Delivery, ProducerReport } from './receiver.ts'

/** What of a delivery goes on from what its producer has told before, with instants by our clock. */
export interface Believed extends Pick<Delivery, 'events'>, Pick<ProducerReport, 'books' | 'shed' | 'droppedSeqs' | 'rejectedSeqs'> {
  readonly rejected: readonly RejectedEvent[]
}

/** A producer counts its events one by one: one that is further ahead has made the number up. */
const MAX_LEAP = 2 ** 32

/**
 * Leaves out what leaps ahead of all that is known of its producer: seqs that were made up would keep the real ones out.
 * @param known - `null` for a producer of which nothing is known any more, which may have counted for years
 */
export function believe(known: LedgerEntry | null, delivery: Delivery, report: ProducerReport): Believed {
  const { events } = delivery
  const captured = known === null ? Math.max(report.books.captured, (events[0]?.seq ?? 0) + 1) : countCaptured(known.books)
  const limit = captured + MAX_LEAP
  const isNear = (seq: number | undefined) => (seq ?? 0) < limit
  const isAhead = report.books.captured > limit
  return {
    books: isAhead ? (known?.books.told ?? EMPTY_BOOKS) : { ...report.books, oldestPendingAt: toOurClock(report.books.oldestPendingAt, delivery) },
    events: events.filter(({ seq }) => isNear(seq)),
    rejected: events.flatMap(({ seq }) => (isNear(seq) ? [] : [{ seq, field: 'seq', reason: `must be at most ${MAX_LEAP} ahead of the producer's last` }])),
    shed: report.shed.filter(({ seqs }) => isNear(seqs.at(-1)?.to)),
    droppedSeqs: report.droppedSeqs.filter(({ to }) => isNear(to)),
    rejectedSeqs: report.rejectedSeqs.filter(isNear),
  }
}

function toOurClock(time: number | null, delivery: Delivery): number | null {
  return time === null ? null : correctTime(time, delivery).time
}
