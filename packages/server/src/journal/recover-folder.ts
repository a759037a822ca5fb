import { open, readFile, readdir, rename, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { syncFolder } from '../files/sync.ts'
import type { BatchHeader } from './journal-batch.ts'
import type { JournalSegment } from './journal-segment.ts'
import { scanSegment } from './scan-segment.ts'
import { setAside } from './set-aside.ts'
import { parseSegmentName, toSegmentPath } from './segment-file.ts'

export interface RecoveredFolder {
  readonly segments: readonly JournalSegment[]
  readonly lastNumber: number
  readonly lastEventId: number
  readonly corruptBatches: number
}

/**
 * Makes every segment loadable again after any kind of end. A torn tail was never acknowledged and is cut off. Damage
 * before the tail was acknowledged: its bytes are kept beside the segment as `*.corrupt`, the rest goes on.
 */
export async function recoverFolder(options: {
  readonly folder: string
  readonly storedSegment: number
  readonly warn: (message: string) => void
  /** Told each batch that the store may not have, oldest first. */
  readonly onRecovered: (header: BatchHeader) => void
}): Promise<RecoveredFolder> {
  const { folder, storedSegment, warn, onRecovered } = options
  const names = await readdir(folder)
  for (const name of names) if (name.endsWith('.draft') || name.endsWith('.trial')) await unlink(join(folder, name))
  const numbers = names.map(parseSegmentName).filter((number) => number !== null)
  const segments: JournalSegment[] = []
  let lastEventId = 0
  let corruptBatches = 0

  for (const number of numbers.toSorted((a, b) => a - b)) {
    const path = toSegmentPath(folder, number)
    if (number <= storedSegment) {
      await unlink(path)
      continue
    }
    const content = await readFile(path)
    const scan = scanSegment(content)
    if (scan.tornBytes > 0) warn(`journal segment ${path}: cut ${scan.tornBytes} bytes of a write that was never acknowledged`)
    if (scan.corrupt.length > 0) {
      corruptBatches += scan.corrupt.length
      warn(`journal segment ${path}: ${scan.corrupt.length} damaged batches set aside in ${await setAside(path, 'corrupt', scan.corrupt)}`)
      await rewriteSegment(path, scan.intact)
    } else if (scan.tornBytes > 0) {
      await cut(path, content.length - scan.tornBytes)
    }
    const bytes = scan.intact.reduce((sum, piece) => sum + piece.length, 0)
    lastEventId = Math.max(lastEventId, scan.lastEventId)
    const first = scan.headers[0]
    if (first === undefined) {
      await unlink(path)
      continue
    }
    const oldestReceivedAt = scan.headers.reduce((least, { receivedAt }) => Math.min(least, receivedAt), first.receivedAt)
    segments.push({ number, path, bytes, events: scan.events, oldestReceivedAt })
    for (const header of scan.headers) onRecovered(header)
  }
  await syncFolder(folder)
  return { segments, lastNumber: numbers.reduce((last, number) => Math.max(last, number), 0), lastEventId, corruptBatches }
}

/** A crash leaves the old file or the new one, never half of it. */
export async function rewriteSegment(path: string, batches: readonly Buffer[]): Promise<void> {
  const draft = `${path}.draft`
  await writeFile(draft, Buffer.concat(batches), { mode: 0o600, flush: true })
  await rename(draft, path)
}

async function cut(path: string, bytes: number): Promise<void> {
  const handle = await open(path, 'r+')
  try {
    await handle.truncate(bytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
}
