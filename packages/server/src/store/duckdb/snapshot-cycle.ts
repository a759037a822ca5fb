import { readdir, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { Failpoints } from '../../failpoints.ts'
import type { JournalSegment } from '../../journal/journal-segment.ts'
import { parseSegmentName } from '../../journal/segment-file.ts'
import { StoreBusy } from '../store-busy.ts'
import { checkpoint } from './checkpoint.ts'
import { DATABASE_NAME } from './database.ts'
import { readDayFiles } from './day-files.ts'
import type { DaysFolder } from './days-folder.ts'
import { dropFiller, eraseTraces } from './erase-traces.ts'
import { moveEvents } from './move-events.ts'
import { readLedger } from './read-ledger.ts'
import { readMark } from './read-mark.ts'
import type { Session } from './session.ts'
import type { Snapshot, SnapshotsFolder } from './snapshots-folder.ts'
import { verifySnapshot } from './verify-snapshot.ts'

/** Decides when a snapshot is made, and how far the journal may be dropped because of those that are kept. */
export interface SnapshotCycle {
  /** Newest first: those from which, with the journal, the whole database can be made anew. */
  usable(): readonly Snapshot[]
  /** Journal segments up to this one are not needed any more to make the database anew. */
  safeSegment(): number
  /** Counts what was loaded since the last snapshot. */
  add(segment: Pick<JournalSegment, 'bytes' | 'events'>): void
  due(): boolean
  /** Moves all events to their days, checkpoints and copies the database. With `only`, no older snapshot stays, nor a byte of what was removed. */
  take(session: Session, options?: { readonly only: boolean }): Promise<void>
  /**
   * To call for each database before it is used. Removes day files that neither it nor a snapshot counts on, and their cells; rejects
   * with `StoreBusy` when there is reason to think that something else did.
   */
  begin(session: Session): Promise<void>
  /** Why the last attempt failed; `null` when it did not. */
  failure(): string | null
}

export interface SnapshotCycleOptions {
  readonly dataDir: string
  readonly snapshots: SnapshotsFolder
  readonly days: DaysFolder
  /** A snapshot is made when the journal has grown by this much, */
  readonly everyBytes: number
  /** or when so many events were loaded. */
  readonly everyEvents: number
  /** Bytes that must stay free on the disk. */
  readonly minFreeBytes: number
  readonly now: () => number
  readonly failpoint: Failpoints
}

const KEPT = 2
const EVERY_MS = 86_400_000
const RETRY_MS = 60_000

export async function createSnapshotCycle(options: SnapshotCycleOptions): Promise<SnapshotCycle> {
  const { dataDir, snapshots, days, everyBytes, everyEvents, now, failpoint } = options
  const database = join(dataDir, DATABASE_NAME)
  const journal = join(dataDir, 'journal')
  let kept = (await snapshots.list()).slice(0, KEPT)
  let bytesSince = await measureJournal(journal, kept[0]?.segment ?? 0)
  let eventsSince = 0
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
    if (bytes > 0) throw new StoreBusy(`the disk of ${dataDir} lacks ${bytes} bytes for a snapshot of the event database`)
  }

  /** What counts is read from the database: after an error nobody else knows whether the last change was committed. */
  async function sweep({ writer, keepCells }: Session, erase: boolean): Promise<void> {
    const counted = await readDayFiles(writer)
    await days.sweep(new Set([...counted, ...kept.flatMap(({ dayFiles }) => dayFiles)].map(({ name }) => name)))
    await keepCells(counted, erase)
    failpoint('days.swept')
  }

  function safeSegment(): number {
    const [newest, older] = kept
    if (newest === undefined) return 0
    // The journal reaches back to the older one, unless a burst between the two would take too much of its share.
    return older === undefined || newest.journalBytes > 2 * everyBytes ? newest.segment : older.segment
  }

  async function make(session: Session, only: boolean): Promise<void> {
    // What an attempt before this one has left behind must not take its room.
    await snapshots.keep(kept)
    await sweep(session, false)
    await makeRoom()
    await moveEvents(session, days, failpoint)
    await checkpoint(session, failpoint)
    if (only) await eraseTraces(session, failpoint)
    const mark = await readMark(session.writer)
    const content = { madeAt: now(), ...mark, journalBytes: bytesSince, dayFiles: await readDayFiles(session.writer) }
    const made = await snapshots.make(database, content, await readLedger(session.writer), (path) => verifySnapshot(path, mark))
    bytesSince = 0
    eventsSince = 0
    kept = only ? [made] : [made, ...kept].slice(0, KEPT)
    await snapshots.keep(kept)
    await sweep(session, only)
  }

  return {
    usable: () => kept.filter(({ segment }) => segment >= safeSegment()),
    safeSegment,
    add({ bytes, events }) {
      bytesSince += bytes
      eventsSince += events
    },
    due: () => now() >= dueAt || (failure === null && (bytesSince >= everyBytes || eventsSince >= everyEvents)),
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
      await dropFiller(session.writer)
      const { segment } = await readMark(session.writer)
      if (kept.length === 0 && segment === 0 && !(await days.isEmpty()) && !(await reachesBack(journal))) {
        throw new StoreBusy(
          `neither a database nor a snapshot knows the files in ${join(dataDir, 'days')}: bring back ${join(dataDir, 'snapshots')} or ${database}, or move the files away to begin without them`,
        )
      }
      await sweep(session, false)
      // Without a snapshot the journal must reach back to the first event; that of an older version does not.
      if (kept.length === 0 && segment > 0) dueAt = 0
    },
    failure: () => failure,
  }
}

/** Whether the journal still has its first segment, and so all that was ever acknowledged. */
async function reachesBack(journal: string): Promise<boolean> {
  return (await listSegments(journal)).some(({ number }) => number === 1)
}

/** Bytes of the journal's segments after one. */
async function measureJournal(journal: string, segment: number): Promise<number> {
  const later = (await listSegments(journal)).filter(({ number }) => number > segment)
  const sizes = await Promise.all(later.map(async ({ path }) => (await stat(path)).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}

async function listSegments(journal: string): Promise<readonly { readonly number: number; readonly path: string }[]> {
  const names = await readdir(journal).catch(() => [])
  return names.map((name) => ({ number: parseSegmentName(name) ?? 0, path: join(journal, name) })).filter(({ number }) => number > 0)
}
