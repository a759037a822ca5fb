import { join } from 'node:path'
import type { Failpoints } from '../../failpoints.ts'
import { StoreBusy } from '../store-busy.ts'
import type { StoreQuery } from '../store-query.ts'
import { EMPTY_LEDGER, type EmbeddedStore } from '../store.ts'
import { accepts, appendSegment } from './append-segment.ts'
import type { CellRules } from './cells/sum-up.ts'
import { dropDamagedCells } from './cells/drop-cells.ts'
import { checkpoint } from './checkpoint.ts'
import type { DatabaseOptions } from './database.ts'
import { openDaysFolder } from './days-folder.ts'
import { expire } from './expire.ts'
import { fillFirstSeen } from './fill-first-seen.ts'
import { list } from './list.ts'
import { openLiveDatabase } from './live-database.ts'
import { openOrRebuild } from './open-or-rebuild.ts'
import { createOpeningCount } from './opening-count.ts'
import { prune } from './prune.ts'
import { query } from './query/query.ts'
import { readLedger } from './read-ledger.ts'
import { readMark } from './read-mark.ts'
import { countDropped, readProducers } from './read-producers.ts'
import { readStack } from './read-stack.ts'
import { readTold } from './read-told.ts'
import { openSession } from './session.ts'
import { countDamaged, toDamagedFolder } from './set-database-aside.ts'
import { createSnapshotCycle } from './snapshot-cycle.ts'
import { openSnapshotsFolder } from './snapshots-folder.ts'

export interface DuckDbStoreOptions extends DatabaseOptions {
  /** A snapshot is made when the journal has grown by this many bytes, */
  readonly snapshotBytes: number
  /** or when so many events were loaded. */
  readonly snapshotEvents: number
  readonly cellRules: CellRules
  /** Questions that read more events of files than this read them in parts of about so many. */
  readonly partEvents: number
  /** What a question may take that nobody watches, milliseconds. */
  readonly questionTimeoutMs: number
  /** Bytes that a snapshot must leave free on the disk. */
  readonly minFreeBytes: number
  readonly now: () => number
  readonly warn: (message: string) => void
  readonly failpoint: Failpoints
}

/** Each running question holds a thread of Node's pool for as long as it runs; the journal's fdatasync needs the others. */
const QUERY_LIMITS = { maxRunning: 2, maxWaiting: 64 }

/** What may be in the write-ahead log before it goes into the database file, and how long it may stay there. */
const CHECKPOINT_BYTES = 128 * 1024 * 1024
const CHECKPOINT_MS = 60_000

export async function createDuckDbStore({ snapshotBytes, snapshotEvents, cellRules, partEvents, questionTimeoutMs, minFreeBytes, now, warn, failpoint, ...options }: DuckDbStoreOptions): Promise<EmbeddedStore> {
  const { dataDir } = options
  const days = await openDaysFolder(join(dataDir, 'days'), failpoint)
  const snapshots = await openSnapshotsFolder(join(dataDir, 'snapshots'), failpoint)
  const cycle = await createSnapshotCycle({ dataDir, snapshots, days, everyBytes: snapshotBytes, everyEvents: snapshotEvents, minFreeBytes, now, failpoint })

  let latest = { segment: 0, eventId: 0 }
  let bytesSinceCheckpoint = 0
  let checkpointAt = 0
  let damagedDatabases = 0
  let missingFiles = 0
  let filling: Promise<void> | null = null
  let closing = false
  /** Set when a database was made anew and ends before the one that it replaces: the loader has to ask where. */
  let wentBack = false

  const database = await openLiveDatabase({
    async connect(damage) {
      const isOfCells = damage !== null && (await dropDamagedCells(dataDir))
      if (isOfCells) warn(`sums of events are damaged, and are made anew: ${damage}`)
      return openOrRebuild({ dataDir, open: () => openSession({ ...options, cellRules }, days, { ...QUERY_LIMITS, timeoutMs: questionTimeoutMs }), days, snapshots, usable: cycle.usable, now, warn, failpoint }, isOfCells ? null : damage)
    },
    async onOpened(session) {
      const mark = await readMark(session.writer)
      wentBack ||= mark.segment < latest.segment
      latest = mark
      bytesSinceCheckpoint = 0
      checkpointAt = now() + CHECKPOINT_MS
      damagedDatabases = await countDamaged(dataDir)
      missingFiles = session.missingFiles()
      if (missingFiles > 0) warn(`${missingFiles} files in ${join(dataDir, 'days')} are missing or cut; the events in them are in no list`)
      await cycle.begin(session)
    },
    now,
    warn,
  })

  const ask = (question: StoreQuery) => query(database.query, question, days, partEvents)

  async function takeSnapshot(): Promise<void> {
    if (!cycle.due() || database.fault() !== null) return
    // The events are stored in any case; the journal keeps them until a snapshot succeeds.
    await database
      .write(async (session) => (cycle.due() ? cycle.take(session) : undefined))
      .catch(() => warn(`no snapshot of the event database could be made: ${cycle.failure()}; it is tried again`))
  }

  /** Makes what questions are answered faster by, and as right without. The loader goes on meanwhile. */
  async function fill(): Promise<void> {
    try {
      while (!closing && (await database.write((session) => fillFirstSeen(session, days)))) continue
      while (!closing && (await database.aside(({ sumUpNext }) => sumUpNext()))) continue
    } catch (error) {
      if (!closing) warn(`the events of some days could not be summed up; questions about them take longer: ${String(error)}`)
    }
  }

  /** What one that runs already may have passed over, the next one finds. */
  function fillAll(): Promise<void> {
    filling ??= fill().finally(() => (filling = null))
    return filling
  }

  return {
    async append(segment) {
      await database.write(async (session) => {
        if (wentBack) throw new StoreBusy('the event database was made anew; the journal is read again from where it ends')
        const { stored, eventId } = await appendSegment(session.writer, segment, failpoint)
        if (!stored) return
        failpoint('store.loaded')
        latest = { segment: segment.number, eventId }
        cycle.add(segment)
        bytesSinceCheckpoint += segment.bytes
        if (bytesSinceCheckpoint < CHECKPOINT_BYTES && now() < checkpointAt) return
        await expire(session.writer, now(), failpoint)
        await checkpoint(session, failpoint)
        bytesSinceCheckpoint = 0
        checkpointAt = now() + CHECKPOINT_MS
      })
      await takeSnapshot()
    },
    accepts: (path) => database.write(({ writer }) => accepts(writer, path)),
    query: ask,
    list: (question) => list(database.query, question, days.toSource),
    stack: (question) => readStack(database.query, question),
    prune: (selection) =>
      database.write(async (session) => {
        const removed = await prune(session, days, selection)
        // Snapshots from before would bring back what is gone.
        await cycle.take(session, { only: true })
        if (damagedDatabases > 0) warn(`the damaged databases in ${toDamagedFolder(dataDir)} may still hold events of project ${selection.projectId} that were removed: delete them`)
        return removed
      }),
    async storedUpTo() {
      const [newest] = cycle.usable()
      const mark = await database
        .write(async () => {
          wentBack = false
          return { segment: cycle.safeSegment(), loaded: latest.segment, eventId: latest.eventId }
        })
        .catch((error: unknown) => {
          if (database.fault() === null) throw error
          // Without a database the journal goes on, and keeps all that the newest snapshot lacks.
          return { segment: cycle.safeSegment(), loaded: newest?.segment ?? 0, eventId: newest?.eventId ?? 0 }
        })
      // Not waited for: the first call is part of the server's start.
      void takeSnapshot()
      if (database.fault() === null) void fillAll()
      return mark
    },
    async ledger() {
      if (database.fault() === null) return database.write(({ writer }) => readLedger(writer))
      const [newest] = cycle.usable()
      return (newest === undefined ? null : await snapshots.readLedger(newest)) ?? EMPTY_LEDGER
    },
    producers: (question) => readProducers(database.query, question),
    countDropped: (question) => countDropped(database.query, question),
    told: () => readTold(database.query),
    async settle() {
      await filling
      await fillAll()
    },
    fault: database.fault,
    alarms: () => [
      ...(cycle.failure() === null ? [] : [`no snapshot of the event database could be made: ${cycle.failure()}`]),
      ...(damagedDatabases === 0 ? [] : [`the event database was damaged and made anew; the damaged one is in ${toDamagedFolder(dataDir)}`]),
      ...(missingFiles === 0 ? [] : [`${missingFiles} files in ${join(dataDir, 'days')} are missing or cut; the events in them are in no list`]),
    ],
    async close() {
      closing = true
      // A checkpoint that fails costs nothing: the write-ahead log and the journal have what it would have written.
      await database.write((session) => checkpoint(session, failpoint)).catch((error: unknown) => warn(`the event database was closed without a checkpoint: ${String(error)}`))
      await database.close()
      await filling
      createOpeningCount(dataDir).end()
    },
  }
}
