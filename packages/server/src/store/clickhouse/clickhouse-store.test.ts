import { appendFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ClickHouseClient } from '@clickhouse/client'
import { EMPTY_BOOKS } from '@wayside/protocol'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createChdbClient } from '../../testing/chdb-client.ts'
import { SAMPLE_PRODUCER, SAMPLE_TIME } from '../../testing/sample.ts'
import { createSegmentWriter, sampleBatch, sampleBooks, sampleNewEvent } from '../../testing/segment-writer.ts'
import { SegmentRefused } from '../segment-refused.ts'
import { STORE_CONFORMANCE } from '../store-conformance.ts'
import { TooMuch, type StoreQuery } from '../store-query.ts'
import type { Store } from '../store.ts'
import { createClickHouseStore } from './clickhouse-store.ts'
import { openSession } from './session.ts'

// What chDB holds in memory lives as long as one client does.
let keeper: ClickHouseClient
beforeAll(() => {
  keeper = createChdbClient()
})
afterAll(() => keeper.close())

let dataDir = ''
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'wayside-clickhouse-'))
})
afterEach(() => rm(dataDir, { recursive: true }))

test.each(STORE_CONFORMANCE.map((each, at) => ({ ...each, database: `conformance_${at}` })))('$name', async ({ run, database }) => {
  const store = await createClickHouseStore({ client: createChdbClient(), database, cluster: null, questionTimeoutMs: 60_000, journal: { owner: 'main', number: 0 } })
  try {
    await run(store, createSegmentWriter(dataDir))
  } finally {
    await store.close()
  }
}, 300_000)

const open = (database: string, owner = 'main', client = createChdbClient(), number = 0) => createClickHouseStore({ client, database, cluster: null, questionTimeoutMs: 60_000, journal: { owner, number } })

test('a segment that was cut short between any two inserts counts once when it is given again', async () => {
  const segment = await createSegmentWriter(dataDir)(1, [EVERYTHING])
  for (const inserts of [1, 2, 3, 4, 5, 6, 7]) {
    const database = `cut_${inserts}`
    const cut = await open(database, 'main', failAfter(createChdbClient(), inserts))
    await expect(cut.append(segment), `after ${inserts}`).rejects.toThrow('the connection broke')
    await cut.close()

    const store = await open(database)
    await store.append(segment)
    await expectEverythingOnce(store)
    await store.close()
  }
}, 300_000)

test('a segment that was cut short between the tables of one insert counts once when it is given again', async () => {
  const segment = await createSegmentWriter(dataDir)(1, [EVERYTHING])
  for (const view of ['incoming_to_events', 'incoming_to_endpoint_cells', 'incoming_to_facet_cells', 'incoming_to_first_seen']) {
    const database = `between_${view}`
    const cut = await open(database, 'main', failAfter(createChdbClient(), 1))
    const [made] = await (await keeper.query({ query: `SHOW CREATE VIEW ${database}.${view}`, format: 'JSONEachRow' })).json<{ statement: string }>()
    await keeper.command({ query: `DROP VIEW ${database}.${view}` })
    await expect(cut.append(segment), view).rejects.toThrow('the connection broke')
    await cut.close()
    await keeper.command({ query: made?.statement ?? '' })

    const store = await open(database)
    await store.append(segment)
    await expectEverythingOnce(store)
    await store.close()
  }
}, 300_000)

test('what was stored is there after a restart, and its segments are not taken again', async () => {
  const segment = await createSegmentWriter(dataDir)(7, [EVERYTHING])
  const first = await open('restart')
  await first.append(segment)
  const ledger = await first.ledger()
  await first.close()

  const second = await open('restart')
  expect(await second.storedUpTo()).toEqual({ segment: 7, loaded: 7, eventId: 2 })
  expect(await second.ledger()).toEqual(ledger)
  await second.append(segment)
  await expectEverythingOnce(second)
  await second.close()
}, 300_000)

test('two server processes share answers, and each keeps its own mark and ledger', async () => {
  const [one, two] = await Promise.all([open('shared', 'one'), open('shared', 'two')])
  const segment = await createSegmentWriter(join(dataDir, 'one'))(1, [sampleBatch([sampleNewEvent()])])
  const other = await createSegmentWriter(join(dataDir, 'two'))(1, [sampleBatch([sampleNewEvent(), sampleNewEvent()], { producerId: 'b'.repeat(32) })])
  await Promise.all([one.append(segment), two.append(other)])

  for (const store of [one, two]) expect((await store.query(question())).rows).toMatchObject([{ requests: 3 }])
  expect((await one.ledger()).intervals).toMatchObject([{ producerId: SAMPLE_PRODUCER }])
  expect((await two.ledger()).intervals).toMatchObject([{ producerId: 'b'.repeat(32) }])
  expect(await one.producers({ projectId: 1, seenSince: 0 })).toHaveLength(2)
  expect([(await one.storedUpTo()).eventId, (await two.storedUpTo()).eventId]).toEqual([1, 2])
  await Promise.all([one.close(), two.close()])
}, 300_000)

test('a producer of which two servers keep books has lost nothing that the other may have', async () => {
  const [one, two] = [await open('books', 'one'), await open('books', 'two')]
  const books = sampleBooks({ told: { ...EMPTY_BOOKS, settledBefore: 4 }, gaps: [{ from: 2, to: 3, events: 2, noticedAt: 1, after: null, before: 1 }] })
  await one.append(await createSegmentWriter(join(dataDir, 'one'))(1, [sampleBatch([sampleNewEvent()], { books })]))
  const alone = await one.producers({ projectId: 1, seenSince: 0 })
  await two.append(await createSegmentWriter(join(dataDir, 'two'))(1, [sampleBatch([sampleNewEvent()], { books })]))

  const together = await one.producers({ projectId: 1, seenSince: 0 })

  expect([alone, together].map(([producer]) => producer?.books.shared)).toEqual([false, true])
  await Promise.all([one.close(), two.close()])
}, 300_000)

test('events of two journals have ids of their own, so that a page ends between two of one millisecond', async () => {
  const [one, two] = [await open('ids', 'one', createChdbClient(), 1), await open('ids', 'two', createChdbClient(), 2)]
  for (const [store, owner] of [[one, 'one'], [two, 'two']] as const)
    await store.append(await createSegmentWriter(join(dataDir, owner))(1, [sampleBatch([sampleNewEvent({ path: `/${owner}/1` }), sampleNewEvent({ path: `/${owner}/2` })])]))

  const paths: string[] = []
  for (let after: { readonly time: number; readonly id: number } | null = null; ; ) {
    const [event] = await one.list({ projectId: 1, filters: {}, order: 'oldest', limit: 1, after, offset: 0 })
    if (event === undefined) break
    paths.push(event.path)
    after = event
  }

  expect(paths).toEqual(['/one/1', '/one/2', '/two/1', '/two/2'])
  expect(await two.storedUpTo()).toEqual({ segment: 1, loaded: 1, eventId: 2 })
  await Promise.all([one.close(), two.close()])
}, 300_000)

test('a question that needs too much memory is told what to narrow', async () => {
  const client = createChdbClient()
  const session = openSession(client, { database: 'default', cluster: null }, 60_000)
  const tooMuch = session.ask(`SELECT length(groupArray(repeat(toString(number), 100000))) FROM numbers(30000)`, {})
  await expect(tooMuch).rejects.toThrow(TooMuch)
  await expect(tooMuch).rejects.toThrow('memory')
  expect(session.fault()).toBeNull()
  await session.close()
}, 300_000)

test('says what spoils a segment, keeps nothing of it, and takes the next', async () => {
  const store = await open('spoiled')
  const write = createSegmentWriter(dataDir)
  const spoiled = await write(1, [sampleBatch([sampleNewEvent()])])
  await appendFile(spoiled.path, '{"id":2,"projectId":1,"time":"yesterday"}\n')
  expect(await store.accepts(spoiled.path)).toBe(false)
  await expect(store.append(spoiled)).rejects.toThrow(SegmentRefused)

  const segment = await write(2, [sampleBatch([sampleNewEvent()])])
  expect(await store.accepts(segment.path)).toBe(true)
  await store.append(segment)
  expect((await store.query(question())).rows).toMatchObject([{ requests: 1 }])
  await store.close()
}, 300_000)

test('a file that is missing is no fault of ClickHouse', async () => {
  const store = await open('missing')
  const segment = await createSegmentWriter(dataDir)(1, [sampleBatch([sampleNewEvent()])])
  await expect(store.append({ ...segment, path: join(dataDir, 'absent.ndjson') })).rejects.toThrow('ENOENT')
  expect(store.fault()).toBeNull()
  await store.close()
}, 300_000)

test('leaves a database alone that a newer version has written', async () => {
  const store = await open('newer')
  await store.close()
  const client = createChdbClient()
  await client.command({ query: 'INSERT INTO newer.schema_version VALUES (99)' })
  await client.close()
  await expect(open('newer')).rejects.toThrow('schema version 99')
}, 300_000)

test('a name that is no plain name never reaches a statement', async () => {
  await expect(open('x; DROP DATABASE default')).rejects.toThrow('database must be a plain name')
  await expect(open('plain', `'; --`)).rejects.toThrow('owner must be')
})

test('answers from summaries where they can tell, and the same as from single events', async () => {
  const store = await open('sources')
  const quarter = SAMPLE_TIME - (SAMPLE_TIME % 900_000)
  const events = [-1, 0, 899_999, 900_000].map((offset) => sampleNewEvent({ time: quarter + offset, durationUs: 10 + offset }))
  await store.append(await createSegmentWriter(dataDir)(1, [sampleBatch(events)]))
  const ask = (over: Partial<StoreQuery>) => store.query({ ...question(), from: quarter, to: quarter + 900_000, ...over })
  expect(await ask({})).toMatchObject({ source: 'rollup', rows: [{ requests: 2, maxUs: 900_009 }] })
  expect(await ask({ from: quarter - 1 })).toMatchObject({ source: 'mixed', rows: [{ requests: 3 }] })
  expect(await ask({ groupBy: ['path'] })).toMatchObject({ source: 'raw', rows: [{ requests: 2 }] })
  expect(await ask({ groupBy: ['country', 'status'], measures: new Set(['latency']) })).toMatchObject({ source: 'rollup', rows: [{ latency: new Map([[187, 2]]) }] })
  expect(await ask({ groupBy: ['country', 'client'] })).toMatchObject({ source: 'raw' })
  await store.close()
}, 300_000)

const MINUTE = Math.floor(SAMPLE_TIME / 60_000)

/** A batch that leaves rows in every table. */
const EVERYTHING = sampleBatch([sampleNewEvent(), sampleNewEvent()], {
  shed: [{ minute: MINUTE, lastMinute: MINUTE, method: 'GET', route: null, status: 503, requests: 5, aborted: 0, requestBytes: 0, responseBytes: 0, buckets: [3], counts: [5] }],
  dropped: 4,
  stacks: [{ fingerprint: 'f00', errorClass: 'TypeError', frames: ['a'] }],
  books: sampleBooks({ revision: 3 }),
})

async function expectEverythingOnce(store: Store): Promise<void> {
  const minute = { from: MINUTE * 60_000, to: MINUTE * 60_000 + 60_000 }
  const hour = { from: SAMPLE_TIME - (SAMPLE_TIME % 3_600_000), to: SAMPLE_TIME - (SAMPLE_TIME % 3_600_000) + 3_600_000 }
  // The minute is counted from events, the hour from summaries.
  for (const range of [minute, hour]) {
    expect(await store.query({ ...question(), ...range, measures: new Set(['consumers', 'newConsumers']) })).toMatchObject({ shed: 5, rows: [{ requests: 7, responseBytes: 1_024, consumers: 1, newConsumers: 1 }] })
  }
  expect(await store.countDropped({ projectId: 1, ...minute })).toBe(4)
  expect(await store.ledger()).toMatchObject({ intervals: [{ from: 1, to: 2 }], producers: [{ books: { revision: 3 } }] })
}

function question(): StoreQuery {
  const from = SAMPLE_TIME - (SAMPLE_TIME % 3_600_000)
  return { projectId: 1, from, to: from + 3_600_000, intervals: null, groupBy: [], filter: null, measures: new Set(), limit: null }
}

/** A client whose connection breaks right after so many inserts of rows, the last of which ClickHouse has done. */
function failAfter(client: ClickHouseClient, inserts: number): ClickHouseClient {
  let count = 0
  return new Proxy(client, {
    get(target, name) {
      // Boundary: a proxy gives members of any type.
      const member = Reflect.get(target, name) as unknown
      if (typeof member !== 'function') return member
      if (name !== 'exec') return member.bind(target)
      return async (request: Parameters<ClickHouseClient['exec']>[0]) => {
        const answer = await target.exec(request)
        if (!request.query.includes('schema_version') && ++count === inserts) throw new Error('the connection broke')
        return answer
      }
    },
  })
}
