import { join } from 'node:path'
import { GONE, UNKNOWN, type Processes } from './processes.ts'
import { CREATE_FLAGS, FILE_MODE, READ_FLAGS, errorCode, readWhole, unlinkIfThere, writeWhole, type SpoolFiles } from './spool-files.ts'

/**
 * Who owns which folders: `<owner>.lock` says which process an owner is. An owner's name is random and used once, so
 * that a stale lock is never mistaken for a new one, and removing it harms nobody.
 */
export interface OwnerLocks {
  /** Makes this owner's lock, or touches it to say that the process is still there. */
  hold(): Promise<void>
  /** Whether an owner still lives. Asked again and again, it also finds out about those that only fell silent. */
  isHeld(owner: string): Promise<boolean>
  remove(owner: string): Promise<void>
}

/** An owner that cannot be looked up, in another container or thread, is taken for dead after so long without a touch. */
const SILENT_MS = 120_000
/** What was seen of a lock that nobody asks for any more is forgotten. */
const FORGET_MS = 1_200_000
/** A lock is about 120 bytes. */
const MAX_LOCK_BYTES = 1_024

interface Sighting {
  readonly touchedMs: number
  readonly sinceMs: number
}

export interface OwnerLocksOptions {
  readonly files: SpoolFiles
  readonly processes: Processes
  readonly now: () => number
  readonly monotonicMs: () => number
}

export function createOwnerLocks(folder: string, me: string, { files, processes, now, monotonicMs }: OwnerLocksOptions): OwnerLocks {
  const sightings = new Map<string, Sighting>()
  let space: Promise<string> | null = null
  const mySpace = () => (space ??= processes.space())
  const pathOf = (owner: string) => join(folder, `${owner}.lock`)

  async function isHeld(owner: string): Promise<boolean> {
    const { pid } = processes
    try {
      const touchedMs = (await files.lstat(pathOf(owner))).mtimeMs
      const lock = parseLock(await readText(files, pathOf(owner)))
      if (lock !== null && lock.space === (await mySpace())) {
        const started = await processes.startOf(lock.pid)
        if (started === GONE) return forget(owner)
        if (started !== UNKNOWN && started !== lock.started) return forget(owner)
        // Another thread of this very process may have ended, and no system call says so.
        if (started !== UNKNOWN && lock.pid !== pid) return true
      }
      return isFresh(owner, touchedMs)
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error
      return forget(owner)
    }
  }

  function forget(owner: string): false {
    sightings.delete(owner)
    return false
  }

  /** Compares the time of the lock with itself only: clocks of two machines, or before and after a pause, may differ. */
  function isFresh(owner: string, touchedMs: number): boolean {
    const before = sightings.get(owner)
    if (before?.touchedMs === touchedMs) return monotonicMs() - before.sinceMs < SILENT_MS
    sightings.set(owner, { touchedMs, sinceMs: monotonicMs() })
    return true
  }

  async function make(): Promise<void> {
    const { pid } = processes
    const file = await files.open(pathOf(me), CREATE_FLAGS, FILE_MODE)
    try {
      await writeWhole(file, Buffer.from(JSON.stringify({ pid, space: await mySpace(), started: await processes.startOf(pid) })), null)
    } catch (error) {
      // Half a lock would say nothing; the next round makes it anew.
      await unlinkIfThere(files, pathOf(me))
      throw error
    } finally {
      await file.close()
    }
  }

  return {
    async hold() {
      for (const [owner, { sinceMs }] of sightings) if (monotonicMs() - sinceMs > FORGET_MS) sightings.delete(owner)
      try {
        await files.utimes(pathOf(me), now() / 1_000, now() / 1_000)
      } catch (error) {
        if (errorCode(error) !== 'ENOENT') throw error
        await make()
      }
    },
    isHeld,
    async remove(owner) {
      sightings.delete(owner)
      await unlinkIfThere(files, pathOf(owner))
    },
  }
}

interface Lock {
  readonly pid: number
  readonly space: string
  readonly started: string
}

/** `null` for a lock that was not written to its end. */
function parseLock(text: string): Lock | null {
  try {
    const { pid, space, started } = JSON.parse(text)
    return typeof pid === 'number' && typeof space === 'string' && typeof started === 'string' ? { pid, space, started } : null
  } catch {
    return null
  }
}

async function readText(files: SpoolFiles, path: string): Promise<string> {
  const file = await files.open(path, READ_FLAGS)
  try {
    const bytes = Buffer.alloc(MAX_LOCK_BYTES)
    return bytes.toString('utf8', 0, await readWhole(file, bytes, 0))
  } finally {
    await file.close()
  }
}
