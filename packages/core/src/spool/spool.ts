import type { DropReason, SeqRange } from '@wayside/protocol'

/**
 * Keeps the frozen batches of one receiver group on disk until they are settled, whatever becomes of the process, and
 * gives back those that processes before it have left. Nothing here throws or rejects, and nothing keeps the process
 * alive but a call that is awaited.
 *
 * Whoever appends or takes a batch holds it: nobody else gets it until it is released. What is held or waits when the
 * process dies is taken by another process later, so that a batch may be sent twice, but not lost.
 */
export interface Spool {
  /**
   * Resolves when the batch is written (with `fsync`, when it is on the medium), and the caller holds it. `null` when
   * it is not on disk and will not be: the caller keeps it in memory. Appends that arrive while the disk is busy are
   * written together; to make room, the oldest batches that nobody holds are dropped as `spool_overflow`.
   */
  append(batch: SpoolBatch): Promise<SpoolPlace | null>
  /**
   * For the exit of the process: writes, without waiting for the medium, first what `append` has not finished, then
   * these. It stops after `timeoutMs`, at 16 MiB or at the spool's own bound, whichever is first, but tries one batch
   * always. Returns how many of `batches` are written; they are asked for one by one, so that what cannot be written
   * need not be encoded. Nothing is held.
   */
  appendSync(batches: Iterable<SpoolBatch>, timeoutMs: number): number
  /** The oldest batch that nobody holds, of this process or of one before it; the caller holds it from now on. */
  take(): Promise<TakenBatch | null>
  /** The batch has been delivered or given up: it will not be seen again. Resolves when that is written. */
  settle(place: SpoolPlace): Promise<void>
  /**
   * The caller no longer has the batch in memory: `take` may give it out. False when it has left the disk in the
   * meantime to make room; then the caller decides what becomes of it.
   */
  release(place: SpoolPlace): boolean
  stats(): SpoolStats
  /** Finishes what was begun and lets other processes have what is left. Later appends are refused. */
  close(): Promise<void>
}

/** A frozen batch and what must be known about it without reading its body. */
export interface SpoolBatch {
  /** 32 hexadecimal digits. */
  readonly producerId: string
  readonly firstSeq: number
  readonly events: number
  /** The seqs that are lost if the batch is. At most 65,535 ranges. */
  readonly ranges: readonly SeqRange[]
  /** When its oldest event was captured, milliseconds since 1970: its age counts from here. */
  readonly pushedAt: number
  readonly gzipped: boolean
  /** A receiver may have it already. True for all that another process has left. */
  readonly attempted: boolean
  readonly body: Uint8Array
}

/** Where a batch that somebody holds lies on disk. */
export interface SpoolPlace {
  /** Bytes that it takes there. */
  readonly bytes: number
}

export interface TakenBatch {
  readonly batch: SpoolBatch
  readonly place: SpoolPlace
}

/** Batches that are lost, told once. Those of another producer belong into that producer's books. */
export interface SpoolLoss {
  /** `spool_overflow` to make room, `expired` after 72 hours, `spool_corrupt` when the disk has changed their bytes. */
  readonly reason: Extract<DropReason, 'spool_overflow' | 'spool_corrupt' | 'expired'>
  readonly producerId: string
  readonly events: number
  /** Their seqs; empty when damage has made them unreadable. */
  readonly ranges: readonly SeqRange[]
}

export interface SpoolStats {
  /** Bytes of this process's own batches, settled ones in files that hold others too included. */
  readonly bytes: number
  /** Bytes of the batches that processes before it have left. */
  readonly adoptedBytes: number
  /** Own batches and events that are not settled. */
  readonly batches: number
  readonly events: number
  /** When the oldest own event was captured that is not settled, or somewhat earlier; `null` when there is none. */
  readonly oldestAt: number | null
  /** Batches that could not be read. */
  readonly corruptBatches: number
  /** The disk is refused or in trouble: appends are refused. It is tried again each minute. */
  readonly degraded: boolean
}

/** `folder`: not usable for safety; `disk`: an error of the disk or no room; `corrupt`: damaged bytes; `version`: files of another version. */
export type SpoolProblem = 'spool_folder' | 'spool_disk' | 'spool_corrupt' | 'spool_version'

export interface SpoolOptions {
  /** Of all the app's spools; made when it is missing. It must belong to this user, and nobody else may write there. */
  readonly folder: string
  /** Names the receiver group: hexadecimal digits. What another group has left is not given out here. */
  readonly group: string
  /** 32 hexadecimal digits: whose batches are appended. */
  readonly producerId: string
  /** What this process may hold on disk for the group, bytes, 1 MiB to 2 GiB. */
  readonly maxBytes: number
  /** An append waits for the medium: survives a power cut, not only the end of the process. */
  readonly fsync: boolean
  readonly onDropped: (loss: SpoolLoss) => void
  /** Batches that another process has left can be taken. */
  readonly onAdopted: () => void
  readonly onProblem: (kind: SpoolProblem, message: string) => void
}
