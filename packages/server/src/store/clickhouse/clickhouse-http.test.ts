import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExportJob, ExportLink, ExportsList } from '@wayside/protocol'
import { createFaultProxy, LOST_ACKNOWLEDGEMENT, PASS, startChdb } from '@wayside/testing'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { sampleBatch as toWireBatch } from '../../testing/sample-batch.ts'
import { sampleEvent, SAMPLE_TIME } from '../../testing/sample.ts'
import { createSegmentWriter, sampleBatch, sampleNewEvent } from '../../testing/segment-writer.ts'
import { startTestServer } from '../../testing/start-test-server.ts'
import { StoreBusy } from '../store-busy.ts'
import { createClickHouseStore } from './clickhouse-store.ts'
import { connect } from './connect.ts'

let dataDir = ''
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'wayside-clickhouse-'))
})
afterEach(() => rm(dataDir, { recursive: true }))

const open = async (url: string, owner: string) => createClickHouseStore({ client: await connect(url), database: 'wayside', cluster: null, questionTimeoutMs: 60_000, journal: { owner, number: 0 } })
const HOSTILE = `'; DROP TABLE events; --\n\t\\N\\ "\u0000😀{p:String}`

test('a ClickHouse that is killed in the middle of a load, and comes back elsewhere, counts all segments of two servers once', async () => {
  const chdb = await startChdb(join(dataDir, 'chdb'))
  const owners = ['one', 'two'].map((owner) => ({ owner, write: createSegmentWriter(join(dataDir, owner)) }))
  const segments = await Promise.all(
    owners.map(async ({ owner, write }) => ({
      owner,
      segments: [await write(1, [toBatch(owner, 1)]), await write(2, [toBatch(owner, 2)]), await write(3, [toBatch(owner, 3)])],
    })),
  )
  const loads = await Promise.all(
    segments.map(async ({ owner, segments: [first, ...more] }) => {
      const store = await open(chdb.url, owner)
      if (first !== undefined) await store.append(first)
      // Ends where the process is killed.
      const rest = (async () => {
        for (const segment of more) await store.append(segment)
      })().catch((error: unknown) => error)
      return { store, rest }
    }),
  )
  await chdb.kill()
  for (const { store, rest } of loads) {
    await rest
    await expect(store.query(QUESTION)).rejects.toThrow(StoreBusy)
    expect(store.fault()).toContain('ClickHouse cannot be reached')
    await store.close()
  }

  const again = await startChdb(join(dataDir, 'chdb'))
  const stores = await Promise.all(segments.map(async (each) => ({ ...each, store: await open(again.url, each.owner) })))
  for (const { store, segments: all } of stores) for (const segment of all) await store.append(segment)
  for (const { store } of stores) {
    expect((await store.query(QUESTION)).rows).toMatchObject([{ requests: 600, responseBytes: 600 * 512, consumers: 2 }])
    expect((await store.query({ ...QUESTION, groupBy: ['country'] })).rows).toMatchObject([{ requests: 600 }])
    expect(await store.ledger()).toMatchObject({ intervals: [{ from: 1, to: 300 }] })
    expect(store.fault()).toBeNull()
    await store.close()
  }
  await again.stop()
}, 300_000)

test('row 47: what ClickHouse has stored and could not say so, because its answer was lost, is sent again and counts once', async () => {
  const chdb = await startChdb(join(dataDir, 'chdb'))
  const proxy = await createFaultProxy(chdb.url)
  const store = await open(proxy.url, 'main')
  const write = createSegmentWriter(dataDir)
  let segments = 0
  // The answer to each request that a segment takes is lost once, until one takes no more of them.
  for (let lost = 1, isLost = true; isLost; lost++) {
    const segment = await write(++segments, [toBatch('main', segments)])
    const before = proxy.requests
    isLost = false
    proxy.use((ordinal) => {
      if (ordinal - before !== lost) return PASS
      isLost = true
      return LOST_ACKNOWLEDGEMENT
    })
    const failed = await store.append(segment).then(() => false, () => true)
    expect(failed, `request ${lost}`).toBe(isLost)
    proxy.use(PASS)
    await store.append(segment)
  }
  expect(segments).toBeGreaterThan(4)
  expect((await store.query(QUESTION)).rows).toMatchObject([{ requests: segments * 100, responseBytes: segments * 100 * 512 }])
  expect((await store.query({ ...QUESTION, groupBy: ['country'] })).rows).toMatchObject([{ requests: segments * 100 }])
  expect(await store.ledger()).toMatchObject({ intervals: [{ from: 1, to: segments * 100 }] })
  expect(store.fault()).toBeNull()
  await store.close()
  await proxy.close()
  await chdb.stop()
}, 300_000)

test('hostile texts reach ClickHouse as values alone, in addresses as in forms', async () => {
  const chdb = await startChdb(join(dataDir, 'chdb'))
  const store = await open(chdb.url, 'main')
  await store.append(await createSegmentWriter(dataDir)(1, [sampleBatch([sampleNewEvent({ path: HOSTILE, tags: { [HOSTILE]: HOSTILE } }), sampleNewEvent()])]))
  const values = [HOSTILE, ...Array.from({ length: 40 }, (_, at) => `${HOSTILE}${String(at).repeat(2_000)}`)]
  for (const some of [values.slice(0, 1), values]) {
    for (const dimension of ['path', `tag:${HOSTILE}`] as const) {
      const { rows } = await store.query({ ...QUESTION, groupBy: [dimension], filter: { kind: 'text', operator: 'is', dimension, values: some } })
      expect(rows).toMatchObject([{ key: [HOSTILE], requests: 1 }])
    }
  }
  await store.close()
  await chdb.stop()
}, 300_000)

test('a server keeps what it takes in ClickHouse, and goes on there after a restart', async () => {
  const chdb = await startChdb(join(dataDir, 'chdb'))
  const options = { data: join(dataDir, 'server'), clickhouseUrl: chdb.url }
  for (const requests of [1, 2]) {
    const server = await startTestServer(options)
    const events = JSON.stringify(toWireBatch([sampleEvent({ time: Date.now() - 60_000, seq: requests })]))
    const authorization = `Bearer ${await server.key('ingest')}`
    // A machine that is busy makes the server send away who comes; the same batch again is the same event.
    await vi.waitFor(async () => expect((await server.post('/api/v1/events', events, { authorization })).status).toBe(200), { timeout: 60_000, interval: 500 })
    await server.drain()
    const answer = await server.get(`/api/v1/query?q=${encodeURIComponent('{"metrics":["requests"]}')}`, await server.key('read'))
    expect(await answer.json()).toMatchObject({ rows: [[requests]] })
    await server.stop()
  }
  await chdb.stop()
}, 300_000)

test('a ClickHouse that cannot be reached is named when the store is opened', async () => {
  await expect(open('http://127.0.0.1:9', 'main')).rejects.toThrow('ClickHouse cannot be reached: Error: connect ECONNREFUSED 127.0.0.1:9; check its address')
})

test('all requests of a server on ClickHouse become files, with what a user has written as it was', async () => {
  const chdb = await startChdb(join(dataDir, 'chdb'))
  const server = await startTestServer({ data: join(dataDir, 'server'), clickhouseUrl: chdb.url })
  const key = await server.key('combined')
  const events = Array.from({ length: 500 }, (_, at) => sampleEvent({ seq: at + 1, time: Date.now() - 60_000 + at, path: `/${at}`, tags: at === 0 ? { plan: HOSTILE } : null }))
  await server.deliver(toWireBatch(events), key)
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  const post = async <Answer>(path: string, body: unknown) => (await (await server.post(path, JSON.stringify(body), headers)).json()) as Answer

  const asked = await Promise.all((['ndjson', 'parquet'] as const).map((format) => post<ExportJob>('/api/v1/exports', { format, requests: { range: '1h' } })))
  await vi.waitFor(
    async () => {
      const { exports } = (await (await server.get('/api/v1/exports', key)).json()) as ExportsList
      expect(exports.map(({ state, rows }) => [state, rows])).toEqual(asked.map(() => ['done', 500]))
    },
    { timeout: 60_000, interval: 200 },
  )
  const { url } = await post<ExportLink>('/api/v1/exports/link', { id: asked[0]?.id })
  const lines = (await (await fetch(`${server.url}${url}`)).text()).trimEnd().split('\n').map((line) => JSON.parse(line) as { readonly path: string; readonly tags: unknown })

  expect(lines.map(({ path }) => path)).toEqual(events.map(({ path }) => path))
  expect(lines[0]?.tags).toEqual({ plan: HOSTILE })
  await server.stop()
  await chdb.stop()
}, 300_000)

const FROM = SAMPLE_TIME - (SAMPLE_TIME % 3_600_000)
const QUESTION = { projectId: 1, from: FROM, to: FROM + 3_600_000, intervals: null, groupBy: [], filter: null, measures: new Set(['consumers'] as const), limit: null }

/** A hundred requests of the owner's own consumer and producer. */
function toBatch(owner: string, number: number) {
  const events = Array.from({ length: 100 }, () => sampleNewEvent({ consumerKind: 'user', consumer: owner }))
  return sampleBatch(events, { producerId: owner.repeat(11).slice(0, 32), ranges: [{ from: number * 100 - 99, to: number * 100 }] })
}
