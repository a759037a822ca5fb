import { readdir, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { Failpoints } from '../../failpoints.ts'
import { parseSegmentName } from '../../journal/segment-file.ts'
import { checkpoint } from './checkpoint.ts'
import { DATABASE_NAME } from './database.ts'
import type { DaysFolder } from './days-folder.ts'
import { moveEvents } from './move-events.ts'
import { readLedger } from './read-ledger.ts'
import { readMark } from './read-mark.ts'
import type { Session } from './session.ts'
import type { Snapshot, SnapshotsFolder } from './snapshots-folder.ts'
import { verifySnapshot } from './verify-snapshot.ts'

/** Decides when a snapshot is made, and how far the journal may be dropped because of those that are kept. */
export interface SnapshotCycle {
  /** The newest; `null` before the first. */
  newest(): Snapshot | null
  /** Journal segments up to this one are not needed any more to make the database anew. */
  safeSegment(): number
  /** Counts what was loaded since the last snapshot. */
  add(journalBytes: number): void
  due(): boolean
  /** Moves all events to their days, checkpoints and copies the database. With `only`, no older snapshot stays. */
  take(session: Session, options?: { readonly only: boolean }): Promise<void>
  /** To call for each database before it is used. Removes day files that neither it nor a snapshot counts on. */
  begin(session: Session): Promise<void>
  /** Why the last attempt failed; `null` when it did not. */
  failure(): string | null
}

export interface SnapshotCycleOptions {
  readonly dataDir: string
  readonly snapshots: SnapshotsFolder
  readonly days: DaysFolder
  /** A snapshot is made when the journal has grown by this much. */
  readonly everyBytes: number
  /** Bytes that must stay free on the disk. */
  readonly minFreeBytes: number
  readonly now: () => number
  readonly failpoint: Failpoints
}

const KEPT = 2
const EVERY_MS = 86_400_000
const RETRY_MS = 60_000

export async function createSnapshotCycle(options: SnapshotCycleOptions): Promise<SnapshotCycle> {
  const { dataDir, snapshots, days, everyBytes, now, failpoint } = options
  const database = join(dataDir, DATABASE_NAME)
  let kept = (await snapshots.list()).slice(0, KEPT)
  let bytesSince = await measureJournal(join(dataDir, 'journal'), kept[0]?.segment ?? 0)
  let failure: string | null = null
  let dueAt = (kept[0]?.madeAt ?? now()) + EVERY_MS

  /** An older snapshot goes before its time when there is no room for the next. */
  async function makeRoom(): Promise<void> {
    const { size } = await stat(database)
    const lacking = async () => {
      const { bavail, bsize } = await statfs(dataDir)
      return size + options.minFreeBytes - bavail * bsize
    }
    if ((await lacking()) <= 0) return
    await snapshots.keep((kept = kept.slice(0, 1)))
    const bytes = await lacking()
    if (bytes > 0) throw new Error(`the disk of ${dataDir} lacks ${bytes} bytes for a snapshot of the event database`)
  }

  async function sweep(session: Session): Promise<void> {
    await days.sweep(new Set([...session.dayFiles(), ...kept.flatMap(({ dayFiles }) => dayFiles)].map(({ name }) => name)))
    failpoint('days.swept')
  }

  async function make(session: Session, only: boolean): Promise<void> {
    await makeRoom()
    await moveEvents(session, days, failpoint)
    await checkpoint(session, failpoint)
    const mark = await readMark(session.writer)
    const content = { madeAt: now(), ...mark, journalBytes: bytesSince, dayFiles: session.dayFiles() }
    const made = await snapshots.make(database, content, await readLedger(session.writer), (path) => verifySnapshot(path, mark))
    bytesSince = 0
    kept = only ? [made] : [made, ...kept].slice(0, KEPT)
    await snapshots.keep(kept)
    await sweep(session)
  }

  return {
    newest: () => kept[0] ?? null,
    safeSegment() {
      const [newest, older] = kept
      if (newest === undefined) return 0
      // The journal reaches back to the older one, unless a burst between the two would take too much of its share.
      return older === undefined || newest.journalBytes > 2 * everyBytes ? newest.segment : older.segment
    },
    add: (journalBytes) => void (bytesSince += journalBytes),
    due: () => now() >= dueAt || (failure === null && bytesSince >= everyBytes),
    async take(session, { only } = { only: false }) {
      try {
        await make(session, only)
        failure = null
        dueAt = now() + EVERY_MS
      } catch (error) {
        failure = error instanceof Error ? error.message : String(error)
        dueAt = now() + RETRY_MS
        throw error
      }
    },
    async begin(session) {
      await sweep(session)
      // Without a snapshot the journal must reach back to the first event; that of an older version does not.
      if (kept.length === 0 && (await readMark(session.writer)).segment > 0) dueAt = 0
    },
    failure: () => failure,
  }
}

/** Bytes of the journal's segments after one. */
async function measureJournal(folder: string, segment: number): Promise<number> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => (parseSegmentName(name) ?? 0) > segment)
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}
