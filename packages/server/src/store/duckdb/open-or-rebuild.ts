import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Failpoints } from '../../failpoints.ts'
import { StoreBusy } from '../store-busy.ts'
import { EMPTY_LEDGER } from '../store.ts'
import { dropCells } from './cells/drop-cells.ts'
import { DATABASE_NAME } from './database.ts'
import type { DaysFolder } from './days-folder.ts'
import { toOpenFailure } from './open-failure.ts'
import { createOpeningCount } from './opening-count.ts'
import { readMark } from './read-mark.ts'
import { restoreFromDays } from './restore-from-days.ts'
import type { Session } from './session.ts'
import { setDatabaseAside } from './set-database-aside.ts'
import type { Snapshot, SnapshotsFolder } from './snapshots-folder.ts'

export interface OpenOptions {
  readonly dataDir: string
  readonly open: () => Promise<Session>
  readonly days: DaysFolder
  readonly snapshots: SnapshotsFolder
  /** Newest first: the snapshots from which, with the journal, the whole database can be made anew. */
  readonly usable: () => readonly Snapshot[]
  readonly now: () => number
  readonly warn: (message: string) => void
  readonly failpoint: Failpoints
}

/** Starts that ended inside an opening of the database before it counts as damaged, and before it is left alone. */
const ENDED_TWICE = 2
const ENDED_TOO_OFTEN = 3

/**
 * Opens the database. One that is damaged is moved aside and made anew from the newest snapshot that works; the loader
 * then adds what the journal has since. `damage` says why the one that is there is not even tried.
 *
 * Rejects with `StoreBusy` when the machine lacks something at present or nothing works, and with the engine's error
 * when the database is fine and not for this server.
 */
export async function openOrRebuild(options: OpenOptions, damage: string | null = null): Promise<Session> {
  const openings = createOpeningCount(options.dataDir)
  const ended = openings.begin()
  if (ended >= ENDED_TOO_OFTEN) {
    throw new StoreBusy(`the event database cannot be opened: the last ${ended} attempts ended the server. Stop the server in order and start it again to try once more`)
  }
  try {
    // It may have been the cells that ended it, and they can be made anew.
    if (ended > 0) await dropCells(options.dataDir)
    const known = damage ?? (ended >= ENDED_TWICE ? 'the server ended twice in a row while it was opened' : null)
    const reason = known ?? (await findFault(options))
    if (reason === null) {
      const opened = await tryOpen(options, options.usable()[0]?.segment ?? 0)
      if (typeof opened !== 'string') return opened
      return await rebuild(options, opened)
    }
    return await rebuild(options, reason)
  } finally {
    openings.end()
  }
}

/** Why the file that is there cannot be the database that was; `null` when it can. */
async function findFault({ dataDir, usable }: OpenOptions): Promise<string | null> {
  const exists = (name: string) => stat(join(dataDir, name)).then(() => true, () => false)
  if (await exists(DATABASE_NAME)) return null
  const hadOne = usable().length > 0 || (await exists(`${DATABASE_NAME}.wal`))
  return hadOne ? `${DATABASE_NAME} is missing` : null
}

/** The session, or the reason why the database is damaged. Rejects for all other reasons. */
async function tryOpen({ open }: OpenOptions, leastSegment: number): Promise<Session | string> {
  try {
    const session = await open()
    const { segment } = await readMark(session.writer).catch(async (error: unknown) => {
      await session.close()
      throw error
    })
    if (segment >= leastSegment) return session
    await session.close()
    return `it ends at journal segment ${segment}, its snapshot at ${leastSegment}`
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    switch (toOpenFailure(error)) {
      case 'damaged':
        return reason
      case 'passing':
        throw new StoreBusy(`the event database cannot be opened at present: ${reason}`, { cause: error })
      case 'foreign':
        throw error
    }
  }
}

async function rebuild(options: OpenOptions, reason: string): Promise<Session> {
  const { dataDir, usable, now, warn, failpoint } = options
  const database = join(dataDir, DATABASE_NAME)
  const aside = await setDatabaseAside(dataDir, now(), warn)
  failpoint('recovery.movedAside')
  warn(`the event database is damaged: ${reason}${aside === null ? '' : `; it is kept in ${aside}`}`)

  const known = usable()
  const sources = [...known.map((snapshot) => () => openSnapshot(options, snapshot)), () => openFromDays(options, known)]
  const failures: string[] = []
  for (const open of sources) {
    const opened = await open().catch((error: unknown) => {
      if (error instanceof StoreBusy) throw error
      const failure = error instanceof Error ? error.message : String(error)
      if (toOpenFailure(error) === 'passing') throw new StoreBusy(`the event database cannot be rebuilt at present: ${failure}`, { cause: error })
      return failure
    })
    if (typeof opened !== 'string') {
      failpoint('recovery.opened')
      return opened
    }
    failures.push(opened)
    warn(`the event database could not be rebuilt: ${opened}`)
    // What failed is a copy of what is still there.
    for (const path of [database, `${database}.wal`]) await rm(path, { force: true })
  }
  throw new StoreBusy(`the event database is damaged and could not be rebuilt: ${failures.join('; ')}`)
}

async function openSnapshot(options: OpenOptions, snapshot: Snapshot): Promise<Session | string> {
  await options.snapshots.restore(snapshot, join(options.dataDir, DATABASE_NAME))
  const opened = await tryOpen(options, snapshot.segment)
  if (typeof opened !== 'string') options.warn(`the event database was rebuilt from the snapshot in ${snapshot.folder}; the journal adds what came after segment ${snapshot.segment}`)
  return opened
}

/** The last resort, and all there is before the first snapshot. */
async function openFromDays({ open, days, snapshots, warn }: OpenOptions, known: readonly Snapshot[]): Promise<Session> {
  const session = await open()
  const [newest] = known
  if (newest === undefined) {
    warn('the event database is made anew from the journal alone: no snapshot is there')
    return session
  }
  const lacking = await restoreFromDays(session, newest, (await snapshots.readLedger(newest)) ?? EMPTY_LEDGER, days)
  const lost = lacking === 0 ? '' : `${lacking} files that are missing or cut, `
  warn(`the event database was rebuilt from the files of days; ${lost}counts of requests that were shed or dropped, and stacks of errors, are lost`)
  return session
}
