import type { Books, SeqRange } from '@wayside/protocol'
import type { DropNotice } from './drop-notices.ts'
import type { FrozenBatch } from './frozen-batch.ts'

/** A frozen batch on its way, with what must be known when its fate is booked. */
export interface Parcel {
  readonly frozen: FrozenBatch
  /** Events in it; none in a report of the books. */
  readonly events: number
  readonly ranges: readonly SeqRange[]
  readonly notice: DropNotice
  /** The books that it tells; `null` where it belongs to another producer. */
  readonly books: Books | null
  /** When its oldest event began, milliseconds since 1970. */
  readonly oldestAt: number
  /** When its oldest event was captured, monotonic milliseconds: its age counts from here. */
  readonly pushedAtMs: number
  /** Attempts so far. */
  attempts: number
  /** No attempt of its own accord before this, monotonic milliseconds. */
  notBeforeMs: number
}
