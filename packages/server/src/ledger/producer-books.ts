import { EMPTY_BOOKS, type BatchHead, type Books } from '@wayside/protocol'
import type { Gap } from './gaps.ts'

/**
 * What the server has booked of a producer. Together with the ledger's ranges it says of every captured event where it
 * has gone. Plain values: the journal and the store keep it as JSON. Instants are milliseconds since 1970.
 */
export interface ProducerBooks {
  readonly sender: Sender
  readonly firstSeenAt: number
  readonly lastSeenAt: number
  /** Grows with every entry: of two copies of these books the one with the greater is newer. */
  readonly revision: number
  /** The producer's own books, as far as they ever came, with instants by our clock. */
  readonly told: Books
  /** One more than the greatest seq that the ledger knows. */
  readonly end: number
  /** Below it the ledger no longer tells what it knows from what it does not: everything counts as taken. */
  readonly closedBefore: number
  /** Settled before this server first heard of the producer. */
  readonly earlier: number
  /** The producer sends to several receivers that stand in for each other: what is missing here may be with another. */
  readonly shared: boolean
  /** Seqs in the ledger by what they were taken for. */
  readonly stored: number
  readonly shed: number
  readonly dropped: number
  readonly rejected: number
  /** Events that came again. */
  readonly duplicates: number
  /** Events that came below `closedBefore`. */
  readonly expired: number
  /** Events that another receiver may hold too. */
  readonly ambiguous: number
  /** When the event before `end` was captured; `null` before the first. */
  readonly lastCapturedAt: number | null
  readonly gaps: readonly Gap[]
}

/** What a producer says of itself. */
export type Sender = Pick<BatchHead, 'sdk' | 'framework' | 'environment' | 'service' | 'serviceVersion' | 'instance'>

/** Books of which nothing is known but whose they are. */
export function openBooks(sender: Sender, seenAt: number): ProducerBooks {
  return {
    sender,
    firstSeenAt: seenAt,
    lastSeenAt: seenAt,
    revision: 0,
    told: EMPTY_BOOKS,
    end: 0,
    closedBefore: 0,
    earlier: 0,
    shared: false,
    stored: 0,
    shed: 0,
    dropped: 0,
    rejected: 0,
    duplicates: 0,
    expired: 0,
    ambiguous: 0,
    lastCapturedAt: null,
    gaps: [],
  }
}

/** Events that the producer captured, as far as the server knows. */
export function countCaptured({ told, end }: ProducerBooks): number {
  return Math.max(told.captured, end)
}

/** Events that the producer dropped: told by their seqs, or missing and explained by its counts alone. */
export function countDropped(books: ProducerBooks): number {
  return books.dropped + countExplained(books)
}

/** Events that are settled for the producer, unknown to the server, and not explained by what the producer dropped. */
export function countLost(books: ProducerBooks): number {
  return books.shared ? 0 : countMissing(books) - countExplained(books)
}

/** Events that are settled with another server, as far as this one can know. */
export function countElsewhere(books: ProducerBooks): number {
  return books.earlier + (books.shared ? countMissing(books) - countExplained(books) : 0)
}

/** Events of which nothing is known yet. */
export function countPending(books: ProducerBooks): number {
  const { earlier, stored, shed, dropped, rejected } = books
  return countCaptured(books) - earlier - stored - shed - dropped - rejected - countMissing(books)
}

/** Events that the producer dropped without leaving their counts, by its own account. */
export function countTraceless({ dropped, shed }: Books): number {
  return Object.values(dropped).reduce((sum, count) => sum + count, 0) - shed
}

function countMissing({ gaps }: ProducerBooks): number {
  return gaps.reduce((sum, { events }) => sum + events, 0)
}

/** A producer that drops in very many places at once tells how many, but not all of their seqs. */
function countExplained(books: ProducerBooks): number {
  const withoutSeqs = countTraceless(books.told) - books.dropped - books.rejected
  return Math.min(countMissing(books), Math.max(0, withoutSeqs))
}
