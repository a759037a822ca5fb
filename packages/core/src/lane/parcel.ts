import type { Books, SeqRange } from '@wayside/protocol'
import type { SpoolPlace } from '../spool/spool.ts'
import type { DropNotice } from './drop-notices.ts'
import type { FrozenBatch } from './frozen-batch.ts'

/** A frozen batch on its way, with what must be known when its fate is booked. */
export interface Parcel {
  readonly frozen: FrozenBatch
  /** Events in it; none in a heartbeat. */
  readonly events: number
  readonly ranges: readonly SeqRange[]
  readonly notice: DropNotice
  /** The books that it tells; `null` where it comes from the spool. */
  readonly books: Books | null
  /** Made here and in memory ever since; back from the spool; or from the spool of a process that is gone. */
  readonly origin: 'live' | 'replay' | 'orphan'
  /** When its oldest event began, milliseconds since 1970. */
  readonly oldestAt: number
  /** When its oldest event was captured, monotonic milliseconds: its age counts from here. */
  readonly pushedAtMs: number
  /** When it was made or came back, monotonic milliseconds. */
  readonly packedAtMs: number
  /** Where it also lies on disk. */
  place: SpoolPlace | null
  /** Attempts so far. */
  attempts: number
  /** No attempt of its own accord before this, monotonic milliseconds. */
  notBeforeMs: number
}
