import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { NO_FAILPOINTS, type Failpoints } from '../failpoints.ts'
import { syncFolder } from '../files/sync.ts'
import type { JournalSegment } from './journal-segment.ts'

/** The journal's open segment. Its methods are called one after another, never at once. */
export interface SegmentFile {
  readonly number: number
  /** Bytes that are safely on disk. */
  bytes(): number
  /** Events in them. */
  events(): number
  oldestReceivedAt(): number
  /** Writes a group and returns when it is on disk. After a rejection only `cut` may follow. */
  write(group: Buffer, events: number, receivedAt: number): Promise<void>
  /** Takes off what a failed write left behind, so that nothing unacknowledged is ever loaded. */
  cut(): Promise<void>
  /** Lets go of the file. Everything acknowledged is on disk by now, so an error here changes nothing. */
  close(): Promise<JournalSegment>
}

const SEGMENT_NAME = /^(\d{12})\.ndjson$/

/** The number in a segment's file name; `null` for other files. */
export function parseSegmentName(name: string): number | null {
  const digits = SEGMENT_NAME.exec(name)?.[1]
  return digits === undefined ? null : Number(digits)
}

export function toSegmentPath(folder: string, number: number): string {
  return join(folder, `${String(number).padStart(12, '0')}.ndjson`)
}

/** Creates a new segment, its name in the folder included: a batch in a file that a crash unlinks would be lost. */
export async function createSegmentFile(folder: string, number: number, failpoint: Failpoints = NO_FAILPOINTS): Promise<SegmentFile> {
  const path = toSegmentPath(folder, number)
  const handle = await open(path, 'wx', 0o600)
  try {
    await syncFolder(folder)
  } catch (error) {
    await handle.close()
    throw error
  }
  let bytes = 0
  let events = 0
  let oldestReceivedAt = Number.POSITIVE_INFINITY

  return {
    number,
    bytes: () => bytes,
    events: () => events,
    oldestReceivedAt: () => oldestReceivedAt,
    async write(group, count, receivedAt) {
      let written = 0
      while (written < group.length) {
        written += (await handle.write(group, written, group.length - written, bytes + written)).bytesWritten
      }
      failpoint('journal.written')
      await handle.datasync()
      failpoint('journal.synced')
      oldestReceivedAt = Math.min(oldestReceivedAt, receivedAt)
      bytes += group.length
      events += count
    },
    async cut() {
      // Through a new descriptor: one that has failed may report success for pages that the kernel has dropped.
      const again = await open(path, 'r+')
      try {
        await again.truncate(bytes)
        await again.sync()
      } finally {
        await again.close()
      }
    },
    async close() {
      await handle.close().catch(() => undefined)
      return { number, path, bytes, events, oldestReceivedAt }
    },
  }
}
