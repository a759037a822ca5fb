import { join } from 'node:path'
import { findOrphans, folderName, type Orphan } from './orphans.ts'
import type { OwnerLocks } from './owner-locks.ts'
import type { SegmentList } from './segment-list.ts'
import { EXPIRES_AFTER_MS, foundSegment } from './segment.ts'
import { errorCode, syncFolder, unlinkIfThere, type SpoolFiles } from './spool-files.ts'
import type { SpoolProblem } from './spool.ts'

export interface AdopterOptions {
  readonly files: SpoolFiles
  readonly folder: string
  readonly group: string
  /** The owner's name. */
  readonly me: string
  readonly maxBytes: number
  readonly locks: OwnerLocks
  readonly list: SegmentList
  readonly now: () => number
  readonly monotonicMs: () => number
  readonly onProblem: (kind: SpoolProblem, message: string) => void
}

/** Folders of dead owners that wait until there is room for them; of more, the oldest are adopted and make room. */
const MAX_WAITING = 32

/**
 * Makes the function that takes over what dead processes have left for this receiver group, and tells whether there was
 * anything. What they left for groups that nobody has any more goes when it has expired.
 */
export function createAdopter({ files, folder, group, me, maxBytes, locks, list, now, monotonicMs, onProblem }: AdopterOptions): () => Promise<boolean> {
  let versionTold = false

  const isOurs = (orphan: Orphan) => orphan.group === group && orphan.segments.length > 0

  /** Nobody will ever read it. */
  function isLitter({ group: theirs, otherVersion, segments }: Orphan): boolean {
    const newest = segments.at(-1)
    return !otherVersion && (newest === undefined || (theirs !== group && now() - newest.createdAt > EXPIRES_AFTER_MS))
  }

  function fits({ segments }: Orphan): boolean {
    return list.bytes === 0 || segments.reduce((sum, each) => sum + each.bytes, list.bytes) <= maxBytes
  }

  async function takeOver(orphan: Orphan): Promise<boolean> {
    const path = join(folder, folderName(group, orphan.producerId, me))
    try {
      await files.rename(orphan.path, path)
    } catch (error) {
      if (NOT_OURS.has(errorCode(error) ?? '')) return false
      throw error
    }
    for (const { name, bytes, createdAt } of orphan.segments)
      list.add(foundSegment(path, name, orphan.producerId, bytes, now() - createdAt, monotonicMs()))
    return true
  }

  async function clear({ path, ours }: Orphan): Promise<void> {
    for (const name of ours) await unlinkIfThere(files, join(path, name))
    // Files that are not the spool's keep it, and so does another process that was faster.
    await files.rmdir(path).catch(() => undefined)
  }

  return async () => {
    const orphans = await findOrphans(files, folder, me, locks)
    const foreign = orphans.find((each) => each.otherVersion)
    if (foreign !== undefined && !versionTold) {
      versionTold = true
      onProblem('spool_version', `${foreign.path} holds files of another version of the spool; they stay where they are`)
    }
    let waiting = orphans.filter(isOurs).length
    let adopted = false
    for (const orphan of orphans) {
      if (isLitter(orphan)) await clear(orphan)
      else if (isOurs(orphan) && (waiting-- > MAX_WAITING || fits(orphan))) adopted = (await takeOver(orphan)) || adopted
    }
    if (adopted) await syncFolder(files, folder)
    return adopted
  }
}

/** Another process has renamed it first, or a folder of the same producer is still being replayed here. */
const NOT_OURS = new Set(['ENOENT', 'ENOTEMPTY', 'EEXIST'])
