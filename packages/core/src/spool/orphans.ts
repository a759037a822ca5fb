import { join } from 'node:path'
import type { OwnerLocks } from './owner-locks.ts'
import { parseFileName } from './segment.ts'
import type { SpoolFiles } from './spool-files.ts'

/** The folder of a producer whose owner is gone. */
export interface Orphan {
  readonly path: string
  readonly group: string
  readonly producerId: string
  readonly owner: string
  /** Oldest first. */
  readonly segments: readonly FoundFile[]
  /** Names of all files that this version of the spool made. */
  readonly ours: readonly string[]
  /** Files of another version are among them, which may read them one day. */
  readonly otherVersion: boolean
}

export interface FoundFile {
  readonly name: string
  readonly bytes: number
  /** Milliseconds since 1970, by the clock of the process that made it. */
  readonly createdAt: number
}

const FOLDER_NAME = /^([0-9a-f]+)\.([0-9a-f]{32})\.([0-9a-f]{32})$/
const LOCK_NAME = /^([0-9a-f]{32})\.lock$/
/** Larger files are not of a spool: a segment takes at most 4 MiB. */
export const MAX_SEGMENT_BYTES = 4_194_304

/** Where an owner keeps the batches of a producer. Whoever renames it owns it: of several, the first. */
export function folderName(group: string, producerId: string, owner: string): string {
  return `${group}.${producerId}.${owner}`
}

/** Looks for what processes that are gone have left, oldest first, and removes locks that guard nothing. */
export async function findOrphans(files: SpoolFiles, folder: string, me: string, locks: OwnerLocks): Promise<Orphan[]> {
  const names = (await files.readdir(folder)).sort()
  const gone = new Map<string, boolean>()
  const isGone = async (owner: string) => {
    if (owner === me) return false
    const known = gone.get(owner) ?? !(await locks.isHeld(owner))
    gone.set(owner, known)
    return known
  }
  const orphans: Orphan[] = []
  const owners = new Set<string>()
  for (const name of names) {
    const [, group, producerId, owner] = FOLDER_NAME.exec(name) ?? []
    if (group === undefined || producerId === undefined || owner === undefined) continue
    owners.add(owner)
    const listed = (await isGone(owner)) ? await listFiles(files, join(folder, name)) : null
    if (listed !== null) orphans.push({ group, producerId, owner, ...listed })
  }
  for (const name of names) {
    const [, owner] = LOCK_NAME.exec(name) ?? []
    if (owner !== undefined && !owners.has(owner) && (await isGone(owner))) await locks.remove(owner)
  }
  return orphans.sort((a, b) => (a.segments[0]?.createdAt ?? 0) - (b.segments[0]?.createdAt ?? 0))
}

/** `null` when it cannot be read, or another process is just adopting it. */
async function listFiles(files: SpoolFiles, path: string): Promise<Listed | null> {
  try {
    return await listReadable(files, path)
  } catch {
    return null // Looked at again in the next round; one such folder must not keep us from the others.
  }
}

type Listed = Pick<Orphan, 'path' | 'segments' | 'ours' | 'otherVersion'>

async function listReadable(files: SpoolFiles, path: string): Promise<Listed> {
  const segments: FoundFile[] = []
  const ours: string[] = []
  let otherVersion = false
  for (const name of (await files.readdir(path)).sort()) {
    const parsed = parseFileName(name)
    if (parsed.kind === 'other_version') otherVersion = true
    if (parsed.kind !== 'segment' && parsed.kind !== 'settled') continue
    const status = await files.lstat(join(path, name))
    // A link that somebody planted, or a pipe that would never end.
    if (!status.isFile() || status.size > MAX_SEGMENT_BYTES) continue
    ours.push(name)
    if (parsed.kind === 'segment') segments.push({ name, bytes: status.size, createdAt: parsed.createdAt })
  }
  return { path, segments, ours, otherVersion }
}
