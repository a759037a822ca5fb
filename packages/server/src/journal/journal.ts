import type { JournalBatch } from './journal-batch.ts'
import type { JournalSegment } from './journal-segment.ts'

/** The durable log between the receiver and the store, and the copy of record until the store has it for good. */
export interface Journal {
  /**
   * Resolves when the batch is on disk. Batches that arrive while the disk is busy are written together, so that one
   * fdatasync acknowledges them all. Rejects with `BackPressure` when the disk or the journal's share of it is full.
   */
  append(batch: JournalBatch): Promise<void>
  /** Closes the open segment, if it holds anything, for the loader to take. The loader calls it about every second. */
  roll(): Promise<void>
  /** Closed segments, oldest first. */
  closed(): readonly JournalSegment[]
  /** The segment that is being written; `null` when it holds nothing. */
  open(): OpenSegment | null
  /** Removes closed segments up to a number, itself included. */
  drop(upTo: number): Promise<void>
  /**
   * Finds the batches of a closed segment that keep it out of the store, and sets them aside; the others stay in it.
   * `accepts` tells whether the store could take a file. Resolves with how many were set aside.
   */
  quarantine(number: number, accepts: (path: string) => Promise<boolean>): Promise<number>
  stats(): JournalStats
  /** What an operator should look at; empty when all is well. */
  alarms(): readonly string[]
  /** Writes what was appended and closes the open segment. Later appends are rejected. */
  close(): Promise<void>
}

export interface OpenSegment {
  readonly bytes: number
  /** When its oldest batch arrived, milliseconds since 1970. */
  readonly oldestReceivedAt: number
}

export interface JournalStats {
  readonly bytes: number
  /** Closed segments, those that the store has but not yet for good included. */
  readonly segments: number
  /** Batches that were set aside since the start: damaged on disk, or refused by the store. */
  readonly asideBatches: number
}
