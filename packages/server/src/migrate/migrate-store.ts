import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SettingError } from '../config/settings.ts'
import { encodeJournalBatch } from '../journal/segment-format.ts'
import type { EmbeddedStore, Store } from '../store/store.ts'
import type { StoredEvent } from '../store/stored-event.ts'
import { compareDays, countDays, DAY_MS, type DayCounts, type Span } from './count-days.ts'
import { readMigrationState, writeMigrationState, type MigrationState } from './migration-state.ts'
import { toToldBatches } from './told-batches.ts'

export interface MigrationOptions {
  readonly dataDir: string
  /** All that the journal holds is in it. */
  readonly source: EmbeddedStore
  /** Under the name that the server with this data folder has there. */
  readonly target: Store
  /** Names the target, without a password. */
  readonly targetName: string
  readonly projectIds: readonly number[]
  /** Events in one piece. @default 20000 */
  readonly pageEvents?: number
  /** Told after each piece how many events are moved, and about how many there are. */
  readonly onProgress: (moved: number, of: number) => void
}

export interface Migrated {
  readonly events: number
  /** Days that the target counts differently, in words; empty when all is there. */
  readonly differences: readonly string[]
}

/**
 * Moves all that a data folder's store holds into another: events with their ids, counts of shed and dropped events, stacks,
 * ledger and books. Called again after whatever end it goes on where it was: each piece is a segment, which counts once.
 * Throws `SettingError` where the data folder has changed since, or the target has events of its own.
 */
export async function migrateStore(options: MigrationOptions): Promise<Migrated> {
  const { dataDir, source, target, onProgress } = options
  const spans = await findSpans(options)
  const days = await countAll(source, spans)
  let state = await begin(options, spans)
  const of = days.reduce((sum, { requests }) => sum + requests, 0)
  let moved = days.reduce((sum, each) => (isDone(each, state) ? sum + each.requests : sum), 0)

  for (const day of days) {
    while (!isDone(day, state)) {
      const after = state.place?.projectId === day.projectId && state.place.day === day.day ? state.place.after : null
      const page = await readPage(options, day, after)
      const last = page.at(-1)
      if (last !== undefined) await appendFile(options, state.segment, toLines(page), page)
      moved += page.length
      const place = { projectId: day.projectId, day: day.day, after: last === undefined ? after : { time: last.time, id: last.id }, isWhole: last === undefined }
      state = { ...state, segment: state.segment + (last === undefined ? 0 : 1), place }
      await writeMigrationState(dataDir, state)
      onProgress(moved, of)
    }
  }
  if (!state.isFinished) {
    const batches = toToldBatches(await source.ledger(), await source.told())
    await appendFile(options, state.segment, Buffer.concat(batches.map((batch) => encodeJournalBatch(batch, 0))), [])
    await writeMigrationState(dataDir, { ...state, isFinished: true })
  }
  return { events: moved, differences: compareDays(days, await countAll(target, spans)) }
}

/** Goes on where an earlier run ended. */
async function begin({ dataDir, source, target, targetName }: MigrationOptions, spans: ReadonlyMap<number, Span>): Promise<MigrationState> {
  const { loaded, eventId: lastEventId } = await source.storedUpTo()
  const known = await readMigrationState(dataDir)
  if (known !== null && known.target === targetName) {
    if (known.lastEventId !== lastEventId)
      throw new SettingError(`${dataDir} has taken events since its move to ${targetName} began: name another database, or remove this one and ${dataDir}/migration.json, and begin again`)
    return known
  }
  if (known?.isFinished === false) throw new SettingError(`${dataDir} is partly moved to ${known.target}: go on there, or remove that database and ${dataDir}/migration.json`)
  if ((await countAll(target, spans)).length > 0) throw new SettingError(`${targetName} must be a database without events of these projects: name another one with --clickhouse-database`)
  // Behind all segments of the journal: a server that goes on in the target takes none of them for new.
  const state: MigrationState = { target: targetName, lastEventId, segment: loaded + 1, place: null, isFinished: false }
  await writeMigrationState(dataDir, state)
  return state
}

/** Projects with events or shed ones, and from when to when these are. */
async function findSpans({ source, projectIds }: MigrationOptions): Promise<ReadonlyMap<number, Span>> {
  const { shed } = await source.told()
  const spans = new Map<number, Span>()
  for (const projectId of projectIds) {
    const one = async (order: 'oldest' | 'newest') => (await source.list({ projectId, filters: {}, order, limit: 1, after: null, offset: 0 })).map(({ time }) => time)
    const times = [...(await one('oldest')), ...(await one('newest')), ...shed.filter((each) => each.projectId === projectId).map(({ minute }) => minute * 60_000)]
    if (times.length > 0) spans.set(projectId, { from: times.reduce((a, b) => Math.min(a, b)), to: times.reduce((a, b) => Math.max(a, b)) })
  }
  return spans
}

async function countAll(store: Store, spans: ReadonlyMap<number, Span>): Promise<readonly DayCounts[]> {
  const days: DayCounts[] = []
  for (const [projectId, span] of spans) days.push(...(await countDays(store, projectId, span)))
  return days
}

/** Days are moved by project, and then in their order. */
function isDone({ projectId, day }: DayCounts, { place, isFinished }: MigrationState): boolean {
  if (isFinished) return true
  if (place === null || projectId > place.projectId) return false
  return projectId < place.projectId || day < place.day || (day === place.day && place.isWhole)
}

function readPage({ source, pageEvents = 20_000 }: MigrationOptions, { projectId, day }: DayCounts, after: { readonly time: number; readonly id: number } | null): Promise<readonly StoredEvent[]> {
  return source.list({ projectId, filters: { from: day * DAY_MS, to: (day + 1) * DAY_MS }, order: 'oldest', limit: pageEvents, after, offset: 0 })
}

/** One line for each event, the least id first, as a store expects them of a journal. */
function toLines(page: readonly StoredEvent[]): Buffer {
  const known = (_: string, value: unknown) => (value === null || value === false ? undefined : value)
  return Buffer.from(page.toSorted((a, b) => a.id - b.id).map(({ id, ...event }) => `${JSON.stringify({ id, ...event }, known)}\n`).join(''))
}

async function appendFile({ dataDir, target }: MigrationOptions, number: number, bytes: Buffer, page: readonly StoredEvent[]): Promise<void> {
  const path = join(dataDir, 'migration.ndjson')
  await writeFile(path, bytes, { mode: 0o600 })
  try {
    const oldestReceivedAt = page.reduce((least, { receivedAt }) => Math.min(least, receivedAt), Number.MAX_SAFE_INTEGER)
    await target.append({ number, path, bytes: bytes.length, events: page.length, oldestReceivedAt })
  } finally {
    await rm(path, { force: true })
  }
}
