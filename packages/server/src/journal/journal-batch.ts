import type { ErrorStack } from '@wayside/protocol'
import type { StoredEvent } from '../store/stored-event.ts'

/** An event before the journal gave it its id. */
export type NewEvent = Omit<StoredEvent, 'id'>

/** Seqs from `from` to `to`, both included. */
export interface SeqRange {
  readonly from: number
  readonly to: number
}

/** What the journal says about a batch, in front of its events. */
export interface BatchHeader {
  readonly projectId: number
  /** `null` for clients without batch ids. */
  readonly producerId: string | null
  /** The seqs that this batch adds to its producer's ledger. */
  readonly ranges: readonly SeqRange[]
  readonly receivedAt: number
  readonly stacks: readonly ErrorStack[]
}

/** What is journaled, and stored, as a whole or not at all. */
export interface JournalBatch extends BatchHeader {
  readonly events: readonly NewEvent[]
}
