import { readRecords, type Reading } from './read-records.ts'
import { diskBytes, hasMore, isDone, segmentPath, settleRecord, settledPath, unheldEvents, type Segment } from './segment.ts'
import { loadSettled, saveSettled } from './settled-file.ts'
import { READ_FLAGS, errorCode, fileBytes, unlinkIfThere, type OpenFile, type SpoolFiles } from './spool-files.ts'
import type { SpoolBatch, SpoolLoss, SpoolProblem } from './spool.ts'

/** The segments that this process has, its own and adopted ones, oldest first. One call at a time. */
export interface SegmentList {
  readonly all: readonly Segment[]
  /** Bytes on disk. */
  readonly bytes: number
  /** Batches that could not be read. */
  readonly corruptBatches: number
  add(segment: Segment): void
  /** The oldest batch that nobody holds; it is held from now on. A segment that cannot be read now is passed over. */
  take(): Promise<Found | null>
  /** Writes down what of a segment was settled. A segment of which nothing is left is removed. */
  save(segment: Segment): Promise<void>
  /** Removes a segment that is done, or that is gone. Own events that nobody could find in it are lost. */
  remove(segment: Segment): Promise<void>
  /** Removes a segment and tells as lost what of it nobody holds. */
  giveUp(segment: Segment, reason: SpoolLoss['reason']): Promise<void>
}

export interface Found {
  readonly segment: Segment
  readonly at: number
  readonly bytes: number
  readonly batch: SpoolBatch
}

export interface SegmentListOptions {
  readonly files: SpoolFiles
  /** Where a segment goes that holds unreadable bytes, in place of the one before it. */
  readonly damagedPath: string
  readonly monotonicMs: () => number
  readonly onDropped: (loss: SpoolLoss) => void
  readonly onProblem: (kind: SpoolProblem, message: string) => void
}

const RETRY_MS = 60_000
/** Reading may work a moment later: no reason to lose what cannot be read now. */
const TRANSIENT = new Set(['EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN'])

export function createSegmentList({ files, damagedPath, monotonicMs, onDropped, onProblem }: SegmentListOptions): SegmentList {
  let segments: Segment[] = []
  let corruptBatches = 0

  async function takeFrom(segment: Segment): Promise<Found | null> {
    try {
      return await reading(segment, async (file) => {
        for await (const found of readRecords(file, segment.cursor, segment.bytes)) {
          segment.cursor = found.end
          const batch = use(segment, found)
          if (batch === null) continue
          segment.held.set(found.at, batch.events)
          return { segment, at: found.at, bytes: found.end - found.at, batch }
        }
        segment.cursor = segment.bytes
        return null
      })
    } catch (error) {
      segment.retryMs = monotonicMs() + RETRY_MS
      if (errorCode(error) === 'ENOENT') await remove(segment)
      else onProblem('spool_disk', `Wayside cannot read ${segmentPath(segment)}: ${String(error)}`)
      return null
    }
  }

  async function reading<T>(segment: Segment, work: (file: OpenFile) => Promise<T>): Promise<T> {
    const file = await files.open(segmentPath(segment), READ_FLAGS)
    try {
      if (!segment.loaded) await loadSettled(files, segment)
      return await work(file)
    } finally {
      await file.close()
    }
  }

  /** The batch, unless somebody has it, it is settled or damaged. */
  function use(segment: Segment, found: Reading): SpoolBatch | null {
    if (segment.held.has(found.at) || segment.settled.has(found.at)) return null
    // What is in a producer's folder is of that producer, or was put there.
    if (found.kind === 'batch' && found.batch.producerId === segment.producerId) return found.batch
    const header = found.kind === 'batch' ? null : found.header
    const events = header?.events ?? 0
    corruptBatches++
    settleRecord(segment, found.at, events)
    if (header === null) segment.unreadable = true
    if (events > 0) onDropped({ reason: 'spool_corrupt', producerId: segment.producerId, events, ranges: [] })
    onProblem('spool_corrupt', `${segmentPath(segment)} is damaged at byte ${found.at}: ${events || 'an unknown number of'} events are lost`)
    return null
  }

  async function removeIfDone(segment: Segment): Promise<void> {
    if (segment.gone || !isDone(segment)) return
    if (!segment.own && (await hasGrown(segment))) return
    await remove(segment)
  }

  /** The owner was only silent, and has written on: all is looked through again. */
  async function hasGrown(segment: Segment): Promise<boolean> {
    const bytes = await fileBytes(files, segmentPath(segment))
    if (bytes === null || bytes <= segment.bytes) return false
    segment.bytes = bytes
    segment.cursor = 0
    return true
  }

  async function remove(segment: Segment): Promise<void> {
    const { own, folder, producerId } = segment
    const events = unheldEvents(segment)
    segment.gone = true
    segments = segments.filter((each) => each !== segment)
    if (events > 0) onDropped({ reason: 'spool_corrupt', producerId, events, ranges: [] })
    if (segment.unreadable) await ignoring('ENOENT', files.rename(segmentPath(segment), damagedPath))
    else await unlinkIfThere(files, segmentPath(segment))
    await unlinkIfThere(files, settledPath(segment))
    if (!own && !segments.some((each) => each.folder === folder)) await ignoring('ENOTEMPTY', files.rmdir(folder))
  }

  return {
    get all() {
      return segments
    },
    get bytes() {
      return segments.reduce((sum, each) => sum + diskBytes(each), 0)
    },
    get corruptBatches() {
      return corruptBatches
    },
    add(segment) {
      segments.push(segment)
      segments.sort((a, b) => Number(a.name > b.name) - Number(a.name < b.name))
    },
    async take() {
      for (const segment of segments) {
        if (segment.retryMs > monotonicMs()) continue
        const found = hasMore(segment) ? await takeFrom(segment) : null
        if (found !== null) return found
        await removeIfDone(segment)
      }
      return null
    },
    async save(segment) {
      if (segment.gone || segment.unsaved.length === 0) return
      try {
        await saveSettled(files, segment, isDone(segment))
      } finally {
        // Also when it could not be noted: to remove it makes room on a full disk, and says as much.
        await removeIfDone(segment)
      }
    },
    remove,
    async giveUp(segment, reason) {
      const { producerId } = segment
      try {
        await reading(segment, async (file) => {
          for await (const found of readRecords(file, 0, segment.bytes)) {
            const batch = use(segment, found)
            if (batch === null) continue
            settleRecord(segment, found.at, batch.events)
            onDropped({ reason, producerId, events: batch.events, ranges: batch.ranges })
          }
        })
      } catch (error) {
        if (TRANSIENT.has(errorCode(error) ?? '')) throw error
        onProblem('spool_disk', `Wayside cannot read ${segmentPath(segment)}, which has to go: ${String(error)}`)
      }
      await remove(segment)
    },
  }
}

async function ignoring(code: string, work: Promise<void>): Promise<void> {
  try {
    await work
  } catch (error) {
    if (errorCode(error) !== code) throw error
  }
}
