import { readFile, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { syncFolder } from '../files/sync.ts'
import { findRefused } from './find-refused.ts'
import type { JournalSegment } from './journal-segment.ts'
import { rewriteSegment } from './recover-folder.ts'
import { scanSegment } from './scan-segment.ts'
import { setAside } from './set-aside.ts'

export interface Quarantined {
  /** The segment as it is now, with the batches that can be stored. */
  readonly segment: JournalSegment
  /** Batches that were set aside; 0 when each alone could be stored. */
  readonly asideBatches: number
}

/** Takes out of a closed segment what keeps it from being stored: first it is kept beside it, then it goes. */
export async function quarantineSegment(segment: JournalSegment, accepts: (path: string) => Promise<boolean>): Promise<Quarantined> {
  const { path } = segment
  const { intact, corrupt } = scanSegment(await readFile(path))
  const trial = `${path}.trial`
  const refused = await findRefused(intact, async (batches) => {
    await writeFile(trial, Buffer.concat(batches), { mode: 0o600 })
    return accepts(trial)
  }).finally(() => rm(trial, { force: true }))
  if (refused.length + corrupt.length === 0) return { segment, asideBatches: 0 }

  if (corrupt.length > 0) await setAside(path, 'corrupt', corrupt)
  if (refused.length > 0) await setAside(path, 'refused', refused)
  const kept = Buffer.concat(intact.filter((batch) => !refused.includes(batch)))
  await rewriteSegment(path, [kept])
  await syncFolder(dirname(path))
  return { segment: { ...segment, bytes: kept.length, events: scanSegment(kept).events }, asideBatches: refused.length + corrupt.length }
}
