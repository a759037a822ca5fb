import { EMPTY_BOOKS, encodeBatch } from '@wayside/protocol'
import { missingPostgres, startChdb, startPostgres } from '@wayside/testing'
import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { createRandom } from '../../../scripts/random.ts'
import { openRegistry } from '../src/registry/open-registry.ts'
import { startServer } from '../src/start-server.ts'
import { openStore } from '../src/store/open-store.ts'
import type { StoreQuery } from '../src/store/store-query.ts'
import type { Store } from '../src/store/store.ts'
import { sampleWindow } from '../src/testing/producer-history.ts'
import { sampleEvent } from '../src/testing/sample.ts'
import { startTestServer, type TestServer } from '../src/testing/start-test-server.ts'
import { listAll } from './open-collector.ts'

const MAIN = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url))
/** What decides which server gets what; printed, so that a run can be repeated. */
const SEED = Number(process.env['WAYSIDE_SEED'] ?? Date.now() % 1_000_000)

const PRODUCERS = 4
const BATCHES = 24
const EVENTS_PER_BATCH = 25
/** Behind the events of each batch one more was shed, and one was dropped. */
const SEQS_PER_BATCH = EVENTS_PER_BATCH + 2
const SENT = PRODUCERS * BATCHES * EVENTS_PER_BATCH
const SHED = PRODUCERS * BATCHES
const DROPPED = PRODUCERS * BATCHES

describe.skipIf(missingPostgres() !== null)(`servers beside each other on ClickHouse and PostgreSQL ${missingPostgres() ?? ''}`, () => {
  test(`two that get each batch up to three times, one of them killed in the middle, count each event once (WAYSIDE_SEED=${SEED})`, async () => {
    const random = createRandom(SEED)
    const setUp = await setUpDatabases()
    const { projectId, key } = await setUp.makeProject()
    const servers = await Promise.all(['one', 'two'].map((name) => serve(setUp.environment(name))))

    /** Like a client whose answer may be lost: it asks one after the other until one says that the batch is on disk. */
    const deliver = async (batch: string, first: number): Promise<void> => {
      let attempt = first
      await vi.waitFor(
        async () => {
          const headers = { authorization: `Bearer ${key}`, 'x-wayside-receivers': '2', 'x-wayside-ambiguous': 'another' }
          const answer = await fetch(`${servers[attempt++ % 2]?.url}/api/v1/events`, { method: 'POST', body: batch, headers })
          expect(answer.status).toBe(200)
        },
        { timeout: 120_000, interval: 50 },
      )
    }
    let sent = 0
    let restarted: Promise<void> | null = null
    const restartFirst = async (): Promise<void> => {
      await servers[0]?.kill('SIGKILL')
      servers[0] = await serve(setUp.environment('one'))
    }
    await Promise.all(
      Array.from({ length: PRODUCERS }, async (_, producer) => {
        for (let number = 0; number < BATCHES; number++) {
          const copies = Array.from({ length: 1 + Math.floor(random() * 3) }, () => Math.floor(random() * 2))
          await Promise.all(copies.map((first) => deliver(toBatch(producer, number), first)))
          if (++sent === (PRODUCERS * BATCHES) / 3) restarted = restartFirst()
        }
      }),
    )
    expect(restarted).not.toBeNull()
    await restarted
    // Told to stop, a server moves all that it took into the store.
    for (const server of servers) await server.kill('SIGTERM')

    const store = await setUp.openStore()
    await expectAllOnce(store, projectId)
    await store.close()
  }, 600_000)

  test('each role does its own, and a server that only answers says until when the others have stored', async () => {
    const setUp = await setUpDatabases()
    const [collector, api, worker, page, monitor] = [
      await startTestServer({ ...setUp.options('collector'), role: 'collector' }),
      await startTestServer({ ...setUp.options('api'), role: 'api' }),
      await startTestServer({ ...setUp.options('worker'), role: 'worker' }),
      await startTestServer({ ...setUp.options('dashboard'), role: 'dashboard' }),
      await startTestServer({ ...setUp.options('monitor'), role: 'monitor', privateTargets: ['127.0.0.1'] }),
    ]
    const [send, read] = [{ authorization: `Bearer ${await collector.key('ingest')}` }, await api.key('read')]
    const question = `/api/v1/query?q=${encodeURIComponent('{"metrics":["requests"],"range":"24h"}')}`

    await vi.waitFor(async () => expect((await collector.post('/api/v1/events', toBatch(0, 0), send)).status).toBe(200), { timeout: 60_000, interval: 100 })
    const sentAt = Date.now()
    await api.drain()
    const answer = (await (await api.get(question, read)).json()) as { readonly rows: unknown; readonly meta: { readonly completeUntil: number } }

    expect(answer.rows).toEqual([[EVENTS_PER_BATCH]])
    expect(answer.meta.completeUntil).toBeGreaterThan(sentAt - 60_000)
    const statuses = async (server: TestServer) => [(await server.post('/api/v1/events', toBatch(0, 1), send)).status, (await server.get(question, read)).status, (await server.get('/readyz')).status]
    expect(await statuses(api)).toEqual([404, 200, 200])
    for (const server of [worker, page, monitor]) expect(await statuses(server)).toEqual([404, 404, 200])
    expect(await (await worker.get(question, read)).json()).toMatchObject({ detail: expect.stringContaining('of a server with the role worker') })
    expect((await collector.get(question, read)).status).toBe(404)
    const monitored = JSON.stringify({ name: 'page', url: `${page.url}/healthz` })
    const watch = { authorization: `Bearer ${await api.key('admin')}`, 'content-type': 'application/json' }
    expect((await api.post('/api/v1/monitors', monitored, watch)).status).toBe(200)
    const monitors = async () => (await api.get('/api/v1/monitors', read)).json()
    await vi.waitFor(async () => expect(await monitors()).toMatchObject({ monitors: [{ name: 'page', state: 'up' }] }), { timeout: 60_000, interval: 100 })
    expect(await (await api.get('/readyz')).json()).toEqual({ ready: true, checks: { server: 'ok', store: 'ok' }, alarms: [] })
  }, 300_000)
})

test('a role without what processes share is refused', async () => {
  const starting = startServer({ data: join(tmpdir(), 'wayside-role'), role: 'api', databaseUrl: 'postgres://localhost/wayside' })

  await expect(starting).rejects.toThrow('--role (WAYSIDE_ROLE) must be "all" while data is in the data folder, got "api": other processes could not reach it. Give --clickhouse-url (WAYSIDE_CLICKHOUSE_URL) to each process')
})

async function expectAllOnce(store: Store, projectId: number): Promise<void> {
  const all: StoreQuery = { projectId, from: 0, to: Date.UTC(2100, 0, 1), intervals: null, groupBy: [], filter: null, measures: new Set(['consumers', 'newConsumers']), limit: null }
  const day = { from: Math.floor(BEGAN_AT / 86_400_000) * 86_400_000, to: BEGAN_AT + 86_400_000 }
  const paths = (await listAll(store, projectId)).map(({ path }) => path)
  expect(paths.toSorted()).toEqual(Array.from({ length: PRODUCERS }, (_, producer) => Array.from({ length: BATCHES }, (_, number) => toPaths(producer, number)).flat()).flat().toSorted())
  expect(await store.query(all)).toMatchObject({ shed: SHED, rows: [{ requests: SENT + SHED, consumers: PRODUCERS, newConsumers: PRODUCERS }] })
  // From summaries, from single events, and from both.
  for (const groupBy of [['endpoint'], ['consumer'], ['path'], ['country', 'client']] as const) {
    const { rows } = await store.query({ ...all, ...day, groupBy, measures: new Set() })
    expect(rows.reduce((sum, { requests }) => sum + requests, 0), groupBy.join()).toBe(SENT)
  }
  expect(await store.countDropped({ projectId, from: 0, to: all.to })).toBe(DROPPED)
}

const BEGAN_AT = Date.now() - 600_000

function toPaths(producer: number, number: number): string[] {
  return Array.from({ length: EVENTS_PER_BATCH }, (_, at) => `/${producer}/${number * SEQS_PER_BATCH + at}`)
}

/** A batch as it is frozen: the same for whoever gets it. */
function toBatch(producer: number, number: number): string {
  const first = number * SEQS_PER_BATCH
  const [shed, dropped] = [first + EVENTS_PER_BATCH, first + EVENTS_PER_BATCH + 1]
  const events = toPaths(producer, number).map((path, at) => sampleEvent({ seq: first + at, path, time: BEGAN_AT + first + at, userId: `user ${producer}` }))
  const head = {
    producerId: String(producer).repeat(32),
    privacyLevel: 0 as const,
    sdk: '@wayside/express/1.0.0',
    framework: 'express',
    environment: null,
    service: null,
    serviceVersion: null,
    instance: null,
    books: { ...EMPTY_BOOKS, captured: dropped + 1, dropped: { queue_overflow: number + 1, auth: number + 1 }, shed: number + 1, settledBefore: first },
  }
  return JSON.stringify(encodeBatch({ head, events, stacks: [], droppedSeqs: [{ from: dropped, to: dropped }], shed: [sampleWindow([shed])] }))
}

/** A ClickHouse and a PostgreSQL, and what servers beside each other are told of them. */
async function setUpDatabases() {
  const folder = mkdtempSync(join(tmpdir(), 'wayside-several-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const postgres = await startPostgres()
  onTestFinished(() => postgres.stop())
  const chdb = await startChdb(join(folder, 'chdb'))
  onTestFinished(() => chdb.stop())
  const keyPepperPath = join(folder, 'pepper')
  writeFileSync(keyPepperPath, Buffer.alloc(32, 7))
  const databaseUrl = await postgres.createDatabase()
  return {
    options: (name: string) => ({ data: join(folder, name), databaseUrl, clickhouseUrl: chdb.url, keyPepperPath }),
    environment: (name: string) => ({
      PATH: process.env['PATH'],
      WAYSIDE_PORT: '0',
      WAYSIDE_DATA: join(folder, name),
      WAYSIDE_DATABASE_URL: databaseUrl,
      WAYSIDE_CLICKHOUSE_URL: chdb.url,
      WAYSIDE_KEY_PEPPER_FILE: keyPepperPath,
    }),
    async makeProject() {
      const registry = await openRegistry({ data: folder, databaseUrl, keyPepperPath })
      const { id } = await registry.createProject({ name: 'shop' })
      const { key } = await registry.createKey(id, 'ingest')
      await registry.close()
      return { projectId: id, key }
    },
    openStore: () => openStore({ engine: 'clickhouse', url: chdb.url, database: 'wayside', cluster: null, journal: null }),
  }
}

interface ServerProcess {
  readonly url: string
  /** Resolves when the process has ended. */
  kill(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>
}

async function serve(environment: NodeJS.ProcessEnv): Promise<ServerProcess> {
  const child: ChildProcessByStdio<null, Readable, null> = spawn(process.execPath, ['--no-warnings', '--conditions=@wayside/source', MAIN, 'serve'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: environment,
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const gone = once(child, 'exit')
  const [line] = (await Promise.race([once(createInterface(child.stdout), 'line'), gone.then(() => Promise.reject(new Error('the server ended before it answered')))])) as [unknown]
  return {
    url: String(line),
    async kill(signal) {
      child.kill(signal)
      await gone
    },
  }
}
