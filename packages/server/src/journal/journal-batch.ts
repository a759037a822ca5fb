import type { ErrorStack, SeqRange } from '@wayside/protocol'
import type { ProducerBooks } from '../ledger/producer-books.ts'
import type { StoredEvent } from '../store/stored-event.ts'
import type { ShedCounts } from './shed-counts.ts'

/** An event before the journal gave it its id. */
export type NewEvent = Omit<StoredEvent, 'id'>

/** What the journal says about a batch, in front of its events; a heartbeat has none. */
export interface BatchHeader {
  readonly projectId: number
  /** `null` for clients without batch ids. */
  readonly producerId: string | null
  /** The seqs that this batch adds to its producer's ledger. */
  readonly ranges: readonly SeqRange[]
  /** Whose seqs they are; absent in journals of earlier servers. */
  readonly seqs?: BatchSeqs
  /** The producer's books once this batch is taken; `null` for clients without batch ids. */
  readonly books: ProducerBooks | null
  /** What this batch tells of events that were shed. */
  readonly shed: readonly ShedCounts[]
  /** Events that the producer has dropped without a trace since its batch before. */
  readonly dropped: number
  readonly receivedAt: number
  readonly stacks: readonly ErrorStack[]
}

/** The seqs of what a batch adds to answers, so that a copy in another server's journal can be left out in part. */
export interface BatchSeqs {
  /** Of its events, in their order. */
  readonly events: readonly SeqRange[]
  /** Of the windows that `shed` counts, in its order, with how many entries of `shed` each has. */
  readonly windows: readonly { readonly seqs: readonly SeqRange[]; readonly rows: number }[]
}

/** What is journaled, and stored, as a whole or not at all. */
export interface JournalBatch extends BatchHeader {
  readonly events: readonly NewEvent[]
}
