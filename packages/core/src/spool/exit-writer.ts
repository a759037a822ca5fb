import { encodeRecord } from './record.ts'
import { addRecord, segmentPath, type Segment } from './segment.ts'
import { CREATE_FLAGS, FILE_MODE, type SpoolFiles } from './spool-files.ts'
import type { SpoolBatch } from './spool.ts'

export interface ExitWriterOptions {
  readonly files: SpoolFiles
  readonly segmentBytes: number
  readonly createSegment: () => Segment
  /** Whether so many bytes more may be written. */
  readonly fits: (bytes: number) => boolean
  /** Whether there is time for another batch. */
  readonly mayGoOn: () => boolean
}

/**
 * Writes batches synchronously, to new files: whatever is being written to others at this moment may stop anywhere. It
 * stops at the first that does not fit or fails, and returns how many are written.
 */
export function writeBatchesSync(batches: Iterable<SpoolBatch>, { files, segmentBytes, createSegment, fits, mayGoOn }: ExitWriterOptions): number {
  let segment: Segment | null = null
  let descriptor: number | null = null
  let written = 0
  const finish = () => {
    const finished = descriptor
    descriptor = null
    if (segment !== null) segment.open = false
    if (finished !== null) files.closeSync(finished)
  }
  try {
    for (const batch of batches) {
      const record = encodeRecord(batch)
      if (!fits(record.length)) break
      if (segment === null || descriptor === null || segment.bytes + record.length > segmentBytes) {
        finish()
        segment = createSegment()
        descriptor = files.openSync(segmentPath(segment), CREATE_FLAGS, FILE_MODE)
      }
      for (let done = 0; done < record.length; ) done += files.writeSync(descriptor, record, done)
      addRecord(segment, batch, record.length)
      written++
      if (!mayGoOn()) break
    }
  } catch {
    // The disk takes no more, and nobody is left to hear why: the count says it.
  }
  finish()
  return written
}
