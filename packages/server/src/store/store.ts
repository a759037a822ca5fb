import type { ErrorStack, ThrownStack } from '@wayside/protocol'
import type { JournalSegment } from '../journal/journal-segment.ts'
import type { ShedCounts } from '../journal/shed-counts.ts'
import type { ProducerBooks } from '../ledger/producer-books.ts'
import type { NamedConsumer } from './named-consumer.ts'
import type { QueryEngine, StoreFilter } from './store-query.ts'
import type { StoredEvent } from './stored-event.ts'

/**
 * What every engine does: `append` what the journal holds, `query` and `list` what reports and APIs ask, `prune` what must
 * go. Every engine passes the same conformance suites.
 */
export interface Store extends QueryEngine {
  /**
   * Takes a closed journal segment: events, rollups, ledger and books in one transaction. A segment given twice counts once.
   * Rejects with `SegmentRefused` when what the segment holds cannot be stored, whenever it is given.
   */
  append(segment: JournalSegment): Promise<void>
  /** Whether `append` could take a file of journal lines; nothing of it is kept. To find what spoils a segment. */
  accepts(path: string): Promise<boolean>
  /** Events in the order asked for. Rejects as `query` does. */
  list(query: ListQuery): Promise<readonly StoredEvent[]>
  /** Where an error was thrown, as last told; `null` when no producer of the project has told it. */
  stack(query: StackQuery): Promise<ThrownStack | null>
  /** Removes events and what was derived from them. Once it resolves, no copy of the store brings them back. */
  prune(selection: PruneSelection): Promise<{ readonly events: number }>
  /** How far the store has come in the journal. */
  storedUpTo(): Promise<StoredMark>
  /** The whole ledger, to know after a restart what was already taken. */
  ledger(): Promise<StoredLedger>
  /** The books of producers, last heard of first. */
  producers(query: ProducersQuery): Promise<readonly StoredBooks[]>
  /** How many events the producers of a project dropped without a trace in a time, as far as they have told. */
  countDropped(query: DroppedQuery): Promise<number>
  /** Why nothing can be stored or asked at present; `null` when all can. */
  fault(): string | null
  /** What an operator should look at, such as a database that was rebuilt; empty when all is well. */
  alarms(): readonly string[]
  close(): Promise<void>
}

/** A store in the data folder, whose data can be moved to another. */
export interface EmbeddedStore extends Store {
  told(): Promise<Told>
  /** Resolves when sums of all files are made, which it does by itself while it takes events. Answers are as right without them. */
  settle(): Promise<void>
}

/** What producers have told beside events and books. */
export interface Told {
  readonly shed: readonly (ShedCounts & { readonly projectId: number })[]
  /** By the minute when it was told, minutes since 1970. */
  readonly dropped: readonly { readonly projectId: number; readonly minute: number; readonly events: number }[]
  readonly stacks: readonly (ErrorStack & { readonly projectId: number; readonly seenAt: number })[]
}

/** What must go of a project: all, all or only the details from before a day, days in between, or what names a consumer. */
export interface PruneSelection {
  readonly projectId: number
  /** Only what is from before this instant, milliseconds since 1970, where a day (UTC) begins. The books of producers stay. */
  readonly before?: number
  /** With `before`: only what is from this instant on, where a day (UTC) begins as well. @default all before it */
  readonly from?: number
  /** With `before`, without `from`: only what sums are not made of goes, and stacks of errors. See `thinEvent`. */
  readonly thin?: boolean
  /** Only events that name it, and that it is known. Sums that name nobody are made anew, or keep its requests where the engine says so. */
  readonly consumer?: NamedConsumer & {
    /** Only events from before this instant, milliseconds since 1970. */
    readonly before: number
  }
}

/** All are 0 when nothing is stored. The journal goes on after them, also when its folder was lost. */
export interface StoredMark {
  /** The last journal segment that survives the loss of the database; up to it the journal may be dropped. */
  readonly segment: number
  /** The last journal segment that is in answers. */
  readonly loaded: number
  /** The greatest event id that was ever stored. */
  readonly eventId: number
}

/** One page of events. Absent filters do not filter. */
export interface ListQuery {
  readonly projectId: number
  readonly filters: ListFilters
  /** By (time, id), or what was received last first, which takes no `after`. */
  readonly order: 'oldest' | 'newest' | 'received'
  readonly limit: number
  /** The last event of the page before. */
  readonly after: { readonly time: number; readonly id: number } | null
  /** For the numbered pages of API Analytics clients. */
  readonly offset: number
  /** Stops the work. */
  readonly signal?: AbortSignal
}

export interface ListFilters {
  /** Milliseconds since 1970, [from, to). */
  readonly from?: number
  readonly to?: number
  /** Received at this instant or later. */
  readonly receivedFrom?: number
  /** No dimension: questions do not group by it. */
  readonly ip?: string
  readonly where?: StoreFilter
}

export interface StackQuery {
  readonly projectId: number
  readonly fingerprint: string
}

export interface StoredLedger {
  readonly intervals: readonly LedgerInterval[]
  readonly producers: readonly StoredBooks[]
}

export const EMPTY_LEDGER: StoredLedger = Object.freeze({ intervals: [], producers: [] })

/** Seqs from `from` to `to`, both included, that a producer of a project has delivered. */
export interface LedgerInterval {
  readonly projectId: number
  readonly producerId: string
  readonly from: number
  readonly to: number
  /** When the producer's last batch arrived, milliseconds since 1970. */
  readonly seenAt: number
}

/** The books of a producer as its last batch left them. */
export interface StoredBooks {
  readonly projectId: number
  readonly producerId: string
  readonly books: ProducerBooks
}

export interface ProducersQuery {
  readonly projectId: number
  /** Only those that were heard of since this instant, milliseconds since 1970. */
  readonly seenSince: number
}

/** Told in [from, to), milliseconds since 1970 on whole minutes. */
export interface DroppedQuery {
  readonly projectId: number
  readonly from: number
  readonly to: number
}
