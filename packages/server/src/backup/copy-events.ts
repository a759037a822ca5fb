import { mkdir, readdir, rm, stat, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { SettingError } from '../config/settings.ts'
import { parseSegmentName } from '../journal/segment-file.ts'
import { findNewestCopy, hasDays, type StoreCopy } from '../store/open-store.ts'
import { copyChecked, type Checked } from './checksums.ts'

export interface CopiedEvents {
  /** By path in the data folder. */
  readonly files: ReadonlyMap<string, Checked>
  readonly places: StoreCopy['places']
}

export interface CopyEventsOptions {
  readonly data: string
  readonly to: string
  readonly say: (text: string) => void
  /** Called in each pass before the journal is looked at; tests change the data folder here. */
  readonly onCopied: () => Promise<void>
}

/** Each pass copies only what is new since the one before, and so takes a fraction of its time. */
const MAX_PASSES = 20

/**
 * Copies the newest copy of the store and the journal after it. A server that works meanwhile may make a newer one and remove files:
 * then what is new is copied too, until nothing was removed during a pass.
 */
export async function copyEvents(options: CopyEventsOptions): Promise<CopiedEvents> {
  const { data, to, say, onCopied } = options
  const files = new Map<string, Checked>()
  const missing = new Set<string>()

  async function add(path: string): Promise<void> {
    await mkdir(dirname(join(to, path)), { recursive: true, mode: 0o700 })
    files.set(path, await copyChecked(join(data, path), join(to, path)))
  }

  async function removeWhere(goes: (path: string) => boolean): Promise<void> {
    for (const path of [...files.keys()].filter(goes)) {
      files.delete(path)
      await rm(join(to, path), { force: true })
    }
  }

  /** Whether nothing that belongs to the copy was removed meanwhile. */
  async function pass(copy: StoreCopy | null): Promise<boolean> {
    const wanted = (copy?.files ?? []).filter(({ path }) => !missing.has(path))
    try {
      for (const { path } of wanted) if (!files.has(path)) await add(path)
      await onCopied()
      await removeWhere((path) => !wanted.some((each) => each.path === path))
      const segments = await listSegments(data, copy)
      // The journal loses nothing that comes after the newest copy.
      if (!isSame(copy, await findNewestCopy(data))) return false
      for (const { path } of segments) await add(path)
      return true
    } catch (error) {
      const path = pathOfMissing(error, data)
      if (path === null) throw error
      await rm(join(to, path), { force: true })
      if (!isSame(copy, await findNewestCopy(data))) return false
      if (!path.startsWith('days/')) throw error
      say(`${path} is missing from ${data}, and so from the backup: its events are in no list of the server either`)
      missing.add(path)
      return false
    }
  }

  for (let passes = 0; passes < MAX_PASSES; passes++) {
    const copy = await findNewestCopy(data)
    const segments = await listSegments(data, copy)
    if (copy === null && (await hasDays(data)) && !segments.some(({ number }) => number === 1)) {
      throw new SettingError(`${data} has no snapshot yet, and the journal does not reach back to its first event: try again when the server has made one, which takes a minute`)
    }
    const lacking = (copy?.files ?? []).filter(({ path }) => !files.has(path))
    await requireRoom(to, [...lacking, ...segments].reduce((sum, { bytes }) => sum + bytes, 0))
    if (await pass(copy)) return { files, places: copy?.places ?? [] }
  }
  throw new Error(`the server made ${MAX_PASSES} snapshots while one was copied: write to a faster disk, or when less arrives`)
}

function isSame(copy: StoreCopy | null, other: StoreCopy | null): boolean {
  return copy?.places[0]?.path === other?.places[0]?.path
}

async function listSegments(data: string, copy: StoreCopy | null): Promise<readonly { readonly number: number; readonly path: string; readonly bytes: number }[]> {
  const segments = []
  for (const name of (await readdir(join(data, 'journal'))).toSorted()) {
    const number = parseSegmentName(name)
    if (number === null || number <= (copy?.segment ?? 0)) continue
    const found = await stat(join(data, 'journal', name)).catch(() => null)
    // Without a size it is gone, and with it the copy that it belongs to is not the newest any more.
    if (found !== null) segments.push({ number, path: `journal/${name}`, bytes: found.size })
  }
  return segments
}

async function requireRoom(to: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(to)
  if (bavail * bsize < bytes) throw new SettingError(`the disk of ${to} has ${bavail * bsize} bytes left, and the backup takes ${bytes}: make room, or name another folder with --to`)
}

/** The path in the data folder of a file that was not there; `null` for other errors. */
function pathOfMissing(error: unknown, data: string): string | null {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT' && 'path' in error)) return null
  const path = String(error.path)
  const start = join(data, '/')
  return path.startsWith(start) ? path.slice(start.length) : null
}
