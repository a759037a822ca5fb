import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Failpoints } from '../../failpoints.ts'
import { readCheckedJson, writeCheckedJson } from '../../files/checked-json.ts'
import { copyFile, type CopiedFile } from '../../files/copy-file.ts'
import { syncFolder } from '../../files/sync.ts'
import type { StoredLedger } from '../store.ts'
import { DATABASE_NAME } from './database.ts'
import type { DayFile } from './day-files.ts'

/** A copy of the database at an instant at which all events were in day files. */
export interface Snapshot extends SnapshotContent, CopiedFile {
  /** Ascending; the name of its folder. */
  readonly number: number
  readonly folder: string
}

/** What a snapshot says of itself. */
export interface SnapshotContent {
  /** Milliseconds since 1970. */
  readonly madeAt: number
  /** The last journal segment that is in it. */
  readonly segment: number
  readonly eventId: number
  /** Bytes of journal between the snapshot before and this one. */
  readonly journalBytes: number
  /** The day files that it counts on. */
  readonly dayFiles: readonly DayFile[]
}

/** The folder of snapshots. */
export interface SnapshotsFolder {
  /** Newest first. One that was not finished, or whose description is damaged, is not among them. */
  list(): Promise<readonly Snapshot[]>
  /** Copies a database that nobody writes. The snapshot appears as a whole once `verify` has read the copy. */
  make(database: string, content: SnapshotContent, ledger: StoredLedger, verify: (path: string) => Promise<void>): Promise<Snapshot>
  /** Copies a snapshot's database to where none is. Rejects when the snapshot is not what was written. */
  restore(snapshot: Snapshot, database: string): Promise<void>
  /** The ledger at the time of a snapshot, without the engine's help; `null` when it is damaged. */
  readLedger(snapshot: Snapshot): Promise<StoredLedger | null>
  /** Removes all but these, and what was begun and not finished. */
  keep(snapshots: readonly Snapshot[]): Promise<void>
}

const VERSION = 1
const MANIFEST = 'manifest.json'
const LEDGER = 'ledger.json'
const DRAFT = 'draft'

export async function openSnapshotsFolder(folder: string, failpoint: Failpoints): Promise<SnapshotsFolder> {
  await mkdir(folder, { recursive: true, mode: 0o700 })

  async function list(): Promise<readonly Snapshot[]> {
    const names = (await readdir(folder)).filter((name) => /^\d+$/.test(name)).toSorted()
    const found: Snapshot[] = []
    for (const name of names.toReversed()) {
      const manifest = await readCheckedJson(join(folder, name, MANIFEST))
      if (isManifest(manifest)) found.push({ ...manifest, number: Number(name), folder: join(folder, name) })
    }
    return found
  }

  return {
    list,
    async make(database, content, ledger, verify) {
      const draft = join(folder, DRAFT)
      await rm(draft, { recursive: true, force: true })
      await mkdir(draft, { mode: 0o700 })
      failpoint('snapshot.copying')
      // Letting go of the file also lets go of the engine's lock on it; the lock of the data folder is what counts.
      const copied = await copyFile(database, join(draft, DATABASE_NAME))
      failpoint('snapshot.copied')
      await verify(join(draft, DATABASE_NAME))
      failpoint('snapshot.verified')
      await writeCheckedJson(join(draft, LEDGER), ledger)
      await writeCheckedJson(join(draft, MANIFEST), { version: VERSION, ...content, ...copied } satisfies Manifest)
      await syncFolder(draft)
      const number = 1 + (await readdir(folder)).reduce((last, name) => Math.max(last, Number.parseInt(name, 10) || 0), 0)
      const path = join(folder, String(number).padStart(6, '0'))
      await rename(draft, path)
      await syncFolder(folder)
      failpoint('snapshot.published')
      return { ...content, ...copied, number, folder: path }
    },
    async restore(snapshot, database) {
      const draft = `${database}.draft`
      await rm(draft, { force: true })
      const { bytes, crc32 } = await copyFile(join(snapshot.folder, DATABASE_NAME), draft)
      if (bytes !== snapshot.bytes || crc32 !== snapshot.crc32) throw new Error(`the snapshot in ${snapshot.folder} is damaged`)
      await rename(draft, database)
      failpoint('recovery.restored')
    },
    async readLedger(snapshot) {
      const ledger = await readCheckedJson(join(snapshot.folder, LEDGER))
      return isLedger(ledger) ? ledger : null
    },
    async keep(snapshots) {
      const names = new Set(snapshots.map((snapshot) => snapshot.folder))
      for (const name of await readdir(folder)) {
        const path = join(folder, name)
        if (names.has(path)) continue
        // Without its description it is no snapshot, whatever else is still there after a crash.
        await rm(join(path, MANIFEST), { force: true })
        await rm(path, { recursive: true, force: true })
      }
      failpoint('snapshot.oldRemoved')
    },
  }
}

interface Manifest extends SnapshotContent, CopiedFile {
  readonly version: typeof VERSION
}

function isLedger(value: unknown): value is StoredLedger {
  // The checksum has shown that `make` wrote it.
  return typeof value === 'object' && value !== null && 'producers' in value
}

function isManifest(value: unknown): value is Manifest {
  // The checksum has shown that we wrote it; only which version of us is open.
  return typeof value === 'object' && value !== null && 'version' in value && value.version === VERSION
}
