import { mkdtemp, readFile, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance, type DuckDBValue } from '@duckdb/node-api'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { JournalBatch } from '../../journal/journal-batch.ts'
import { openEmbeddedStore, type DuckDbSettings } from '../open-store.ts'
import { StoreBusy } from '../store-busy.ts'
import type { Store } from '../store.ts'
import type { StoreQuery } from '../store-query.ts'
import { SAMPLE_TIME } from '../../testing/sample.ts'
import { openSettled } from '../../testing/open-settled.ts'
import { createSegmentWriter, sampleBatch, sampleBooks, sampleNewEvent } from '../../testing/segment-writer.ts'
import { scanFiles, scanTables } from '../../../test/scan-data-folder.ts'
import { openDatabase } from './database.ts'

let dataDir = ''
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'wayside-duckdb-'))
})
afterEach(() => rm(dataDir, { recursive: true }))

const MIB = 1024 * 1024
const DAY_MS = 86_400_000
const open = (over: Partial<DuckDbSettings> = {}) => openSettled({ engine: 'duckdb', dataDir, ...over })

test('what was stored is there after a restart, and its segments are not taken again', async () => {
  const writeSegment = createSegmentWriter(dataDir)
  const segment = await writeSegment(7, [sampleBatch([sampleNewEvent(), sampleNewEvent()])])
  const first = await open()
  await first.append(segment)
  await first.close()

  const second = await open()
  await second.append(segment)
  expect(await second.storedUpTo()).toMatchObject({ loaded: 7, eventId: 2 })
  expect(await countEvents(second)).toBe(2)
  await second.close()
})

test('the journal may drop a segment when two snapshots hold it, and what one burst brought when one does', async () => {
  const store = await open({ snapshotBytes: 12_000 })
  const writeSegment = createSegmentWriter(dataDir)
  const append = async (number: number, batches: number) => {
    await store.append(await writeSegment(number, Array.from({ length: batches }, () => sampleBatch([sampleNewEvent()]))))
    return (await store.storedUpTo()).segment
  }
  expect(await append(1, 1)).toBe(0)
  expect(await append(2, 8)).toBe(2)
  expect(await append(3, 8)).toBe(2)
  expect(await append(4, 8)).toBe(3)
  expect(await append(5, 40)).toBe(5)
  await store.close()
})

test('events move into files of their days when there are many, however few bytes of the journal they take', async () => {
  const store = await open({ snapshotEvents: 10 })
  const writeSegment = createSegmentWriter(dataDir)
  const append = async (number: number, events: number) => {
    await store.append(await writeSegment(number, [sampleBatch(Array.from({ length: events }, () => sampleNewEvent()))]))
    return (await store.storedUpTo()).segment
  }
  expect(await append(1, 6)).toBe(0)
  expect(await append(2, 6)).toBe(2)
  expect(await append(3, 6)).toBe(2)
  expect(await countEvents(store)).toBe(18)
  await store.close()
})

test('a segment that cannot be read leaves nothing behind, and the next one counts', async () => {
  const store = await open()
  const writeSegment = createSegmentWriter(dataDir)
  const segment = await writeSegment(1, [sampleBatch([sampleNewEvent()])])
  await expect(store.append({ ...segment, path: join(dataDir, 'journal', 'absent.ndjson') })).rejects.toThrow('absent.ndjson')
  await store.append(segment)
  expect(await countEvents(store)).toBe(1)
  await store.close()
})

test('a database that kept rollups is brought to this version with its events, and with what was shed and dropped', async () => {
  const first = await open()
  await first.append(await createSegmentWriter(dataDir)(1, [sampleBatch([sampleNewEvent(), sampleNewEvent({ status: 500 })])]))
  await first.close()
  const minute = Math.floor(SAMPLE_TIME / 60_000)
  await run(`
    DROP TABLE shed; DROP TABLE dropped; DROP TABLE first_seen_files; DROP TABLE first_seen; DELETE FROM schema_version WHERE version > 3;
    CREATE TABLE rollup_endpoint (project_id INTEGER);
    CREATE TABLE rollup_consumer (
      project_id INTEGER, minute INTEGER, last_minute INTEGER, grain TINYINT DEFAULT 0, kind VARCHAR, consumer VARCHAR, status_class TINYINT,
      requests INTEGER, errors INTEGER, aborted INTEGER, request_bytes BIGINT, response_bytes BIGINT
    );
    INSERT INTO rollup_consumer VALUES (1, ${minute}, ${minute}, 0, 'unknown', '(shed)', 5, 7, 7, 1, 10, 20), (1, ${minute}, ${minute}, 0, 'ip', '203.0.113.7', 2, 2, 0, 0, 0, 0);
    CREATE TABLE rollup_dimension (project_id INTEGER, minute INTEGER, dimension VARCHAR, requests INTEGER);
    INSERT INTO rollup_dimension VALUES (1, ${minute}, 'dropped', 9), (1, ${minute}, 'country', 2)`)

  const second = await open()
  const answer = await second.query({ projectId: 1, from: 0, to: SAMPLE_TIME * 2, intervals: null, groupBy: [], filter: null, measures: new Set(), limit: null })
  expect(answer).toMatchObject({ shed: 7, rows: [{ requests: 9, classes: [0, 1, 0, 0, 8], aborted: 1, responseBytes: 1_044 }] })
  expect(await second.countDropped({ projectId: 1, from: SAMPLE_TIME - DAY_MS, to: SAMPLE_TIME + DAY_MS })).toBe(9)
  await second.close()
})

test.each<[string, () => Promise<unknown>]>([
  ['missing', () => rm(cells())],
  ['no database', () => writeFile(cells(), 'not a database\n'.repeat(10_000))],
  ['of another version', () => run(`UPDATE about SET version = 'older'`, cells())],
  ['of other files', () => run(`UPDATE files SET bytes = bytes + 1`, cells())],
  ['cut', () => truncate(cells(), 20_000)],
])('cells that are %s are made anew while the store is open, and change no answer', async (_what, lose) => {
  const cellRules = { minEvents: 1, minEventsOfHours: 1e9, minGain: 1 }
  const first = await open({ snapshotBytes: 1, cellRules })
  const events = Array.from({ length: 50 }, (_, at) => sampleNewEvent({ status: at % 2 === 0 ? 200 : 404 }))
  await first.append(await createSegmentWriter(dataDir)(1, [sampleBatch(events)]))
  const question: StoreQuery = { projectId: 1, from: 0, to: 100 * 365 * DAY_MS, intervals: null, groupBy: ['endpoint'], filter: null, measures: new Set(['latency', 'consumers', 'newConsumers']), limit: null }
  const { source, rows } = await first.query(question)
  expect(source).toBe('rollup')
  await first.close()
  await lose()

  const second = await open({ snapshotBytes: 1, cellRules })
  expect(await second.query(question)).toMatchObject({ source: 'raw', rows })
  await second.storedUpTo()
  await vi.waitFor(async () => expect(await second.query(question)).toMatchObject({ source: 'rollup', rows }), { timeout: 20_000 })
  await second.close()
}, 120_000)

test('cells that turn out to be damaged are made anew, and nothing else is', async () => {
  const cellRules = { minEvents: 1, minEventsOfHours: 1e9, minGain: 1 }
  const warnings: string[] = []
  const first = await open({ snapshotBytes: 1, cellRules })
  const writeSegment = createSegmentWriter(dataDir)
  const events = Array.from({ length: 5_000 }, (_, at) => sampleNewEvent({ consumerKind: 'user', consumer: `user-${at}` }))
  await first.append(await writeSegment(1, [sampleBatch(events)]))
  await first.close()
  const question: StoreQuery = { projectId: 1, from: 0, to: 100 * 365 * DAY_MS, intervals: null, groupBy: ['consumer'], filter: null, measures: new Set(), limit: 10 }
  const second = await open({ snapshotBytes: 1, cellRules, warn: (message) => warnings.push(message) })
  const { source, rows } = await second.query(question)
  expect(source).toBe('rollup')
  await second.close()
  const bytes = await readFile(cells())
  for (let at = 12_288 + 300; at < bytes.length; at += 1_024) bytes.writeUInt8(bytes.readUInt8(at) ^ 0xff, at)
  await writeFile(cells(), bytes)

  const third = await open({ snapshotBytes: 1, cellRules, warn: (message) => warnings.push(message) })
  // Where the damage was met by the opening, the question meets none.
  await third.query(question).catch((error: unknown) => expect(error).toBeInstanceOf(StoreBusy))
  await third.append(await writeSegment(2, [sampleBatch([])]))
  await third.storedUpTo()
  await vi.waitFor(async () => expect(await third.query(question)).toMatchObject({ source: 'rollup', rows }), { timeout: 20_000 })
  expect(third.alarms()).toEqual([])
  await third.close()
}, 120_000)

test('of a project that was removed no byte stays in cells, and those of others do', async () => {
  const reopen = () => open({ snapshotBytes: 1, cellRules: { minEvents: 1, minEventsOfHours: 1e9, minGain: 1 } })
  const first = await reopen()
  const secret = 'planted-in-project-2'
  const other = sampleBatch(Array.from({ length: 20 }, () => sampleNewEvent({ projectId: 2, route: `/${secret}`, consumerKind: 'user', consumer: secret })), { projectId: 2 })
  const writeSegment = createSegmentWriter(dataDir)
  await first.append(await writeSegment(1, [sampleBatch(Array.from({ length: 20 }, () => sampleNewEvent({ route: '/kept' }))), other]))
  await first.append(await writeSegment(2, [other]))
  await first.close()
  expect([await isInCells(secret), await isInCells('/kept')]).toEqual([true, true])
  const store = await reopen()
  await store.prune({ projectId: 2 })
  const question: StoreQuery = { projectId: 1, from: 0, to: 100 * 365 * DAY_MS, intervals: null, groupBy: ['route'], filter: null, measures: new Set(), limit: 10 }
  expect(await store.query(question)).toMatchObject({ source: 'rollup', rows: [{ key: ['/kept'], requests: 20 }] })
  await store.close()
  expect([await isInCells(secret), await isInCells('/kept')]).toEqual([false, true])
}, 120_000)

test('of what was removed no byte stays in the database: not beside what is kept, in free blocks, statistics, snapshots or the log', async () => {
  const where = async (text: string) => scanFiles(dataDir, [text]).map((found) => found.where.slice(dataDir.length + 1)).filter((path) => !path.startsWith('journal/'))
  const [gone, kept] = ['zz-planted-user-ada-7f3c', 'aa-planted-user-bob-91d2']
  const visit = (userId: string, projectId = 1) => sampleNewEvent({ projectId, userId, consumerKind: 'user', consumer: userId, path: `/of/${userId}` })
  const writeSegment = createSegmentWriter(dataDir)
  const first = await open()
  await first.append(await writeSegment(1, [sampleBatch([...Array.from({ length: 500 }, () => visit(gone)), ...Array.from({ length: 500 }, () => visit(kept))])]))
  await first.close()
  // Into files of days, so that the database keeps the first requests of both; and once more into its table.
  const second = await open({ snapshotBytes: 1 })
  await second.append(await writeSegment(2, [sampleBatch([visit(kept)])]))
  await second.close()
  const third = await open()
  await third.append(await writeSegment(3, [sampleBatch([visit(gone), visit(kept)])]))
  await third.close()
  expect(await where(gone)).toContain('events.duckdb')

  const store = await open()
  await store.prune({ projectId: 1, consumer: { kind: 'user', consumer: gone, before: SAMPLE_TIME + 100 * DAY_MS } })
  expect(await countEvents(store)).toBe(502)
  expect((await where(gone)).filter((path) => !path.endsWith('.wal'))).toEqual([])
  // Nor after a crash at this very moment.
  expect(await where(gone)).toEqual([])
  await store.close()
  expect(await where(gone)).toEqual([])
  // Statistics keep how the least and the greatest text begin.
  expect((await where(gone.slice(0, 8))).length).toBe(0)
  expect(await count('SELECT count(*) FROM first_seen')).toBe(1)
  expect(await count(`SELECT count(*) FROM duckdb_tables() WHERE table_name IN ('filler', 'renewed')`)).toBe(0)
})

test('sums are made while events go on coming in and projects are removed: answers are right before and after, and no byte of what went stays', async () => {
  const warnings: string[] = []
  // Not settled: sums are made whenever they are.
  const store = await openEmbeddedStore({ engine: 'duckdb', dataDir, snapshotBytes: 1, cellRules: { minEvents: 1, minEventsOfHours: 1, minGain: 0.001 }, warn: (message) => warnings.push(message) })
  const writeSegment = createSegmentWriter(dataDir)
  const secret = 'planted-in-a-project'
  const question = (projectId: number): StoreQuery => ({ projectId, from: 0, to: 100 * 365 * DAY_MS, intervals: null, groupBy: ['route'], filter: null, measures: new Set(), limit: 10 })
  for (let number = 1; number <= 15; number++) {
    const goes = number + 1
    const batches = [sampleBatch(Array.from({ length: 200 }, () => sampleNewEvent({ route: '/kept' }))), sampleBatch([sampleNewEvent({ projectId: goes, route: `/${secret}` })], { projectId: goes })]
    await store.append(await writeSegment(number, batches))
    await store.storedUpTo()
    if (number % 3 === 0) for (const projectId of [goes, goes - 1, goes - 2]) await store.prune({ projectId })
    expect((await store.query(question(1))).rows).toMatchObject([{ requests: number * 200 }])
    expect((await store.query(question(goes))).rows).toMatchObject(number % 3 === 0 ? [] : [{ requests: 1 }])
  }
  expect(await isInCells(secret)).toBe(false)
  await store.settle()
  expect(await store.query(question(1))).toMatchObject({ source: 'rollup', rows: [{ key: ['/kept'], requests: 3_000 }] })
  await store.close()
  expect([await isInCells(secret), warnings]).toEqual([false, []])
}, 180_000)

test('a store that is closed while it makes sums stops making them, says nothing of it, and makes them when it is opened again', async () => {
  const warnings: string[] = []
  const settings = { engine: 'duckdb', dataDir, snapshotBytes: 1, cellRules: { minEvents: 1, minEventsOfHours: 1, minGain: 0.001 }, warn: (message: string) => warnings.push(message) } as const
  const events = Array.from({ length: 50_000 }, (_, at) => sampleNewEvent({ route: `/${at % 5_000}`, consumerKind: 'user', consumer: `user-${at % 7_000}` }))
  const question: StoreQuery = { projectId: 1, from: 0, to: 100 * 365 * DAY_MS, intervals: null, groupBy: [], filter: null, measures: new Set(['consumers']), limit: null }
  const first = await openEmbeddedStore(settings)
  await first.append(await createSegmentWriter(dataDir)(1, [sampleBatch(events)]))
  await first.storedUpTo()
  await first.close()
  const second = await openEmbeddedStore(settings)
  expect((await second.query(question)).rows).toMatchObject([{ requests: 50_000, consumers: 7_000 }])
  await second.settle()
  expect(await second.query(question)).toMatchObject({ source: 'rollup', rows: [{ requests: 50_000, consumers: 7_000 }] })
  await second.close()
  expect(warnings).toEqual([])
}, 120_000)

test('cells of files that are gone do not stay without end', async () => {
  const store = await open({ snapshotBytes: 1, cellRules: { minEvents: 1, minEventsOfHours: 1e9, minGain: 1 } })
  const writeSegment = createSegmentWriter(dataDir)
  for (let number = 1; number <= 24; number++) await store.append(await writeSegment(number, [sampleBatch([sampleNewEvent(), sampleNewEvent()])]))
  await store.close()
  const named = Number((await run('SELECT count(*) FROM files', cells()))[0]?.[0])
  // Nine that count, and no more cells of others than of these.
  expect(named).toBeLessThanOrEqual(18)
}, 180_000)

test('the newest stack of each error is kept once', async () => {
  const store = await open()
  const writeSegment = createSegmentWriter(dataDir)
  const stack = (fingerprint: string, frame: string) => ({ fingerprint, errorClass: 'TypeError', frames: [frame] })
  const event = [sampleNewEvent()]
  await store.append(await writeSegment(1, [sampleBatch(event, { stacks: [stack('a', 'old (a.ts:1:1)'), stack('b', 'only (b.ts:1:1)')] })]))
  await store.append(await writeSegment(2, [sampleBatch(event, { stacks: [stack('a', 'new (a.ts:2:2)')] })]))
  await store.close()
  expect(await count(`SELECT count(*) FROM error_stacks`)).toBe(2)
  expect(await count(`SELECT count(*) FROM error_stacks WHERE fingerprint = 'a' AND frames = ['new (a.ts:2:2)']`)).toBe(1)
})

test('the ranges of a producer are forgotten a week after it was last heard of, its books a month after', async () => {
  let time = SAMPLE_TIME
  const store = await open({ now: () => time })
  const writeSegment = createSegmentWriter(dataDir)
  let segment = 0
  const pass = async (days: number, batches: readonly JournalBatch[] = []) => {
    time += days * DAY_MS
    await store.append(await writeSegment(++segment, batches.map((batch) => ({ ...batch, receivedAt: time }))))
    const { intervals, producers } = await store.ledger()
    const nameOf = ({ producerId }: { readonly producerId: string }) => producerId[0]
    return { intervals: intervals.map(nameOf).toSorted(), producers: producers.map(nameOf).toSorted() }
  }
  const of = (name: string, events: number) => {
    const books = sampleBooks({ lastSeenAt: time })
    return sampleBatch(Array.from({ length: events }, () => sampleNewEvent()), { producerId: name.repeat(32), books, ranges: events === 0 ? [] : [{ from: 1, to: events }] })
  }
  expect(await pass(0, [of('a', 1), of('b', 1)])).toEqual({ intervals: ['a', 'b'], producers: ['a', 'b'] })
  time += 7 * DAY_MS
  // A heartbeat has no ranges and keeps those that are there.
  expect(await pass(0, [of('b', 0)])).toEqual({ intervals: ['a', 'b'], producers: ['a', 'b'] })
  expect(await pass(2)).toEqual({ intervals: ['b'], producers: ['a', 'b'] })
  expect(await pass(22)).toEqual({ intervals: [], producers: ['b'] })
  expect(await pass(7)).toEqual({ intervals: [], producers: [] })
  await store.close()
})

test('of a project that starts processes without end, those that were silent longest are forgotten', async () => {
  let time = SAMPLE_TIME
  const store = await open({ now: () => time })
  const writeSegment = createSegmentWriter(dataDir)
  const start = (projectId: number, at: number) =>
    sampleBatch([], { projectId, producerId: String(at).padStart(32, '0'), ranges: [{ from: 0, to: 0 }], books: sampleBooks({ lastSeenAt: SAMPLE_TIME + at }) })
  await store.append(await writeSegment(1, [start(2, 0), ...Array.from({ length: 10_002 }, (_, at) => start(1, at))]))
  time += DAY_MS
  await store.append(await writeSegment(2, []))
  const { intervals, producers } = await store.ledger()
  const least = (each: readonly { readonly projectId: number; readonly producerId: string }[]) => Math.min(...each.filter(({ projectId }) => projectId === 1).map(({ producerId }) => Number(producerId)))
  expect([intervals.length, producers.length, least(intervals), least(producers)]).toEqual([10_001, 10_001, 2, 2])
  await store.close()
})

test('the engine reads and writes nothing outside its data folder, and nobody can change that', async () => {
  const database = await openDatabase({ dataDir, memoryLimitBytes: 128 * MIB, threads: 1 })
  const connection = await database.connect()
  const forbidden = [
    `SELECT * FROM read_csv('/etc/hostname')`,
    `COPY events TO '${join(tmpdir(), 'wayside-stolen.csv')}'`,
    `ATTACH '${join(tmpdir(), 'wayside-other.duckdb')}'`,
    `INSTALL httpfs`,
    `SET enable_external_access = true`,
    `SET memory_limit = '100GB'`,
  ]
  for (const sql of forbidden) await expect(connection.run(sql), sql).rejects.toThrow(/disabled|locked|Permission/)
  connection.closeSync()
  database.close()
})

test('a database of a newer version is refused with what to do', async () => {
  await (await open()).close()
  const instance = await DuckDBInstance.create(join(dataDir, 'events.duckdb'))
  const connection = await instance.connect()
  await connection.run('INSERT INTO schema_version VALUES (99)')
  connection.closeSync()
  instance.closeSync()
  await expect(open()).rejects.toThrow(/schema version 99, this server knows versions up to \d+: start the newer server/)
  expect(await readdir(dataDir)).not.toContain('damaged')
})

async function countEvents(store: Store): Promise<number> {
  const { rows } = await store.query({ projectId: 1, from: 0, to: 4_102_444_800_000, intervals: null, groupBy: [], filter: null, measures: new Set(), limit: null })
  return rows[0]?.requests ?? 0
}

const cells = () => join(dataDir, 'cells', 'cells.duckdb')

async function isInCells(text: string): Promise<boolean> {
  const found = [...scanFiles(join(dataDir, 'cells'), [text]), ...(await scanTables(join(dataDir, 'cells'), [text]))]
  return found.length > 0
}

const count = async (sql: string) => Number((await run(sql))[0]?.[0])

async function run(sql: string, path = join(dataDir, 'events.duckdb')): Promise<readonly (readonly DuckDBValue[])[]> {
  const instance = await DuckDBInstance.create(path)
  const connection = await instance.connect()
  const rows = (await connection.runAndReadAll(sql)).getRows()
  connection.closeSync()
  instance.closeSync()
  return rows
}
