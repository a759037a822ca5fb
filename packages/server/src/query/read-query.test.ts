import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SHED, toLatencyBucket, type Query, type QueryAnswer } from '@wayside/protocol'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { JournalBatch, NewEvent } from '../journal/journal-batch.ts'
import { createMemoryStore } from '../store/memory/memory-store.ts'
import type { QueryEngine, StoreQuery } from '../store/store-query.ts'
import { createSegmentWriter, sampleBatch, sampleNewEvent } from '../testing/segment-writer.ts'
import { TooMuch } from '../store/store-query.ts'
import { QueryProblem } from './query-problem.ts'
import { readQuery } from './read-query.ts'

const NOW = Date.UTC(2026, 0, 15, 10, 20)
const HOUR_MS = 3_600_000
const PROJECT = { id: 1, timeZone: 'UTC' }

let dataDir = ''
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'wayside-query-'))
})
afterEach(() => rm(dataDir, { recursive: true }))

type Asking = (query: Query, over?: { readonly now?: number; readonly signal?: AbortSignal; readonly project?: typeof PROJECT }) => Promise<QueryAnswer>

/** A store with these batches, and what the engine was asked. */
async function open(...batches: readonly JournalBatch[]): Promise<{ ask: Asking; questions: StoreQuery[] }> {
  const store = createMemoryStore()
  await store.append(await createSegmentWriter(dataDir)(1, batches))
  const questions: StoreQuery[] = []
  const engine: QueryEngine = {
    query(question) {
      questions.push(question)
      return store.query(question)
    },
  }
  return { questions, ask: (query, over = {}) => readQuery({ engine, project: PROJECT, query, now: NOW, completeUntil: NOW - 1, elapsed: () => 0, ...over }) }
}

const hoursAgo = (hours: number, over: Partial<NewEvent> = {}) => sampleNewEvent({ time: NOW - hours * HOUR_MS, ...over })
const timed = (durationUs: number) => ({ durationUs, latencyBucket: toLatencyBucket(durationUs) })

test('metrics of all requests of the last day are one row, with what was asked for above it', async () => {
  const { ask } = await open(sampleBatch([hoursAgo(1, timed(2_000)), hoursAgo(2, { ...timed(4_000), status: 503 }), hoursAgo(2, { status: 404, ...timed(6_000), outcome: 1 }), hoursAgo(30)]))
  const answer = await ask({ metrics: ['requests', 'errors', 'errorRate', 'aborted', 'mean', 'max', 'responseBytes', 'consumers', 'lastSeenAt'] })
  expect(answer.rows).toEqual([[3, 2, 2 / 3, 1, 4, 6, 1_536, 1, NOW - HOUR_MS]])
  expect(answer.columns.map(({ key, type, unit }) => [key, type, unit]).slice(0, 5)).toEqual([
    ['requests', 'integer', null],
    ['errors', 'integer', null],
    ['errorRate', 'number', 'share'],
    ['aborted', 'integer', null],
    ['mean', 'number', 'ms'],
  ])
  const range = { from: Date.UTC(2026, 0, 14, 10, 30), to: Date.UTC(2026, 0, 15, 10, 30) }
  expect(answer.meta).toMatchObject({ ...range, timeZone: 'UTC', source: 'raw', exact: true, completeUntil: NOW - 1, tookMs: 0, rowsRead: 3, warnings: [] })
})

test('without a request rates, means and percentiles are unknown, and counts 0', async () => {
  const { ask } = await open()
  expect((await ask({ metrics: ['requests', 'errorRate', 'p50', 'mean', 'max', 'upstreamShare', 'apdex', 'lastSeenAt'] })).rows).toEqual([[0, null, null, null, null, null, null, null]])
  expect((await ask({ metrics: ['requests'], dimensions: ['endpoint'] })).rows).toEqual([])
})

test('a series has every interval, its values in their places', async () => {
  const { ask } = await open(sampleBatch([hoursAgo(0), hoursAgo(2), hoursAgo(2)]))
  const answer = await ask({ range: '6h', metrics: ['requests', 'errorRate'], dimensions: ['time:hour'] })
  const hour = (at: number) => Date.UTC(2026, 0, 15, at)
  expect(answer.rows).toEqual([[hour(5), 0, null], [hour(6), 0, null], [hour(7), 0, null], [hour(8), 2, 0], [hour(9), 0, null], [hour(10), 1, 0]])
})

test('groups come by the first metric, equal ones by their dimensions, the unknown first', async () => {
  const events = [{ country: 'FR' }, { country: 'FR' }, { country: 'DE' }, { country: null }, { country: 'Ä' }, { country: 'Z' }]
  const { ask } = await open(sampleBatch(events.map((over) => hoursAgo(1, over))))
  expect((await ask({ metrics: ['requests'], dimensions: ['country'] })).rows).toEqual([['FR', 2], [null, 1], ['DE', 1], ['Z', 1], ['Ä', 1]])
  expect((await ask({ metrics: ['requests'], dimensions: ['country'], orderBy: [['country', 'desc']], limit: 2 })).rows).toEqual([['Ä', 1], ['Z', 1]])
})

test('pages of any order go through every row once, also when time goes on between them', async () => {
  const { ask } = await open(sampleBatch(Array.from({ length: 23 }, (_, at) => hoursAgo(at / 2, { path: `/${at % 9}`, status: at % 2 === 0 ? 200 : 500 }))))
  for (const orderBy of [[['requests', 'desc']], [['errorRate', 'asc'], ['path', 'desc']], [['time:hour', 'asc']]] as const) {
    const query: Query = { metrics: ['requests', 'errorRate'], dimensions: ['path', 'time:hour'], orderBy }
    const whole = await ask(query)
    const paged: unknown[] = []
    let cursor: string | null = null
    let now = NOW
    do {
      const page: QueryAnswer = await ask({ ...query, limit: 4, ...(cursor !== null && { cursor }) }, { now })
      paged.push(...page.rows)
      cursor = page.nextCursor
      now += HOUR_MS
    } while (cursor !== null)
    expect(paged).toEqual(whole.rows)
    expect(paged).toHaveLength(23)
  }
})

test('a cursor of another query, of another project, altered or made up is refused', async () => {
  const { ask } = await open(sampleBatch([hoursAgo(1), hoursAgo(1, { country: 'FR' })]))
  const query: Query = { metrics: ['requests'], dimensions: ['country'], limit: 1 }
  const { nextCursor } = await ask(query)
  const cursor = nextCursor ?? ''
  expect((await ask({ ...query, cursor })).rows).toEqual([['FR', 1]])
  const swapped = `${cursor.slice(0, -2)}${cursor.at(-1)}${cursor.at(-2)}`
  const refused: readonly Promise<unknown>[] = [
    ask({ ...query, dimensions: ['client'], cursor }),
    ask({ ...query, filter: ['is', 'method', ['GET']], cursor }),
    ask({ ...query, cursor }, { project: { id: 2, timeZone: 'UTC' } }),
    ask({ ...query, cursor }, { now: NOW - 1 }),
    ...[swapped, '', 'x', cursor.slice(1), `${cursor}A`.repeat(2)].map((each) => ask({ ...query, cursor: each })),
  ]
  for (const each of refused) await expect(each).rejects.toMatchObject({ name: 'QueryProblem', pointer: '/cursor' })
})

test('only the groups that hold what "having" says are in the answer, by metrics that need not be shown', async () => {
  const { ask } = await open(sampleBatch([hoursAgo(1), hoursAgo(1), hoursAgo(1, { country: 'FR', status: 500 }), hoursAgo(1, { country: 'US', durationUs: null, latencyBucket: null })]))
  const having = async (condition: NonNullable<Query['having']>) => (await ask({ metrics: ['requests'], dimensions: ['country'], having: condition })).rows
  expect(await having(['gte', 'requests', 2])).toEqual([['DE', 2]])
  expect(await having(['or', [['gt', 'errorRate', 0.5], ['gt', 'requests', 1]]])).toEqual([['DE', 2], ['FR', 1]])
  expect(await having(['not', ['lte', 'p95', 60_000]])).toEqual([['US', 1]])
})

test('totals are of all groups together, in which a consumer counts once', async () => {
  const by = (consumer: string, country: string) => hoursAgo(1, { consumerKind: 'user', consumer, country })
  const { ask } = await open(sampleBatch([by('ann', 'DE'), by('ann', 'FR'), by('bob', 'FR')]))
  const answer = await ask({ metrics: ['requests', 'consumers'], dimensions: ['country'], limit: 1, totals: true })
  expect(answer).toMatchObject({ rows: [['FR', 2, 2]], totals: [3, 2] })
})

test('new consumers are those never seen before the range, and the others return', async () => {
  const by = (consumer: string, hours: number) => hoursAgo(hours, { consumerKind: 'user', consumer })
  const { ask } = await open(sampleBatch([by('ann', 1), by('ann', 50), by('bob', 1), by('cy', 50)]))
  expect((await ask({ metrics: ['consumers', 'newConsumers', 'returningConsumers'] })).rows).toEqual([[2, 1, 1]])
})

test('each row stands beside the same group of the range before, a series beside the same interval', async () => {
  const { ask } = await open(sampleBatch([hoursAgo(1), hoursAgo(1, { country: 'FR' }), hoursAgo(25), hoursAgo(25), hoursAgo(26, { country: 'US' })]))
  const groups = await ask({ metrics: ['requests'], dimensions: ['country'], compare: 'previous', totals: true })
  expect(groups.rows).toEqual([['DE', 1], ['FR', 1]])
  expect(groups.comparison).toEqual({ from: Date.UTC(2026, 0, 13, 10, 30), to: Date.UTC(2026, 0, 14, 10, 21), rows: [[2], null], totals: [3] })
  const series = await ask({ range: { from: '2026-01-15T08:00', to: '2026-01-15T10:00' }, metrics: ['requests'], dimensions: ['time:hour'], compare: { from: '2026-01-14T08:00', to: '2026-01-14T10:00' } })
  expect([series.rows.map(([, requests]) => requests), series.comparison?.rows]).toEqual([[0, 2], [[1], [2]]])
})

test('an engine is asked for a page only where that is exact', async () => {
  const { ask, questions } = await open(sampleBatch([hoursAgo(1)]))
  await ask({ metrics: ['requests'], dimensions: ['path'], limit: 10 })
  await ask({ metrics: ['requests'], dimensions: ['path'], limit: 10, having: ['gt', 'requests', 1] })
  await ask({ metrics: ['requests'], dimensions: ['path'], limit: 10, orderBy: [['requests', 'asc']] })
  await ask({ metrics: ['requests'], dimensions: ['path', 'time:hour'], limit: 10 })
  await ask({ metrics: ['p95', 'requests'], dimensions: ['path'], limit: 10 })
  expect(questions.map(({ limit }) => limit)).toEqual([11, null, null, null, null])
})

test('of a dimension of many values only those on the page are compared', async () => {
  const { ask, questions } = await open(sampleBatch([...Array.from({ length: 9 }, (_, at) => hoursAgo(25, { country: `X${at}` })), hoursAgo(25), hoursAgo(1), hoursAgo(1), hoursAgo(1, { country: null })]))
  const answer = await ask({ metrics: ['requests'], dimensions: ['country'], limit: 2, filter: ['is', 'method', ['GET']], compare: 'previous' })
  expect([answer.rows, answer.comparison?.rows]).toEqual([[['DE', 2], [null, 1]], [[1], null]])
  expect(questions.at(-1)?.filter).toMatchObject({ kind: 'and', filters: [{ dimension: 'method' }, { dimension: 'country', values: ['DE', null] }] })
})

test('Apdex counts what satisfies whole and what is tolerated half', async () => {
  const { ask } = await open(sampleBatch([100, 100, 300, 900].map((ms) => hoursAgo(1, timed(ms * 1_000)))))
  expect((await ask({ metrics: ['apdex'], apdexMs: 150 })).rows).toEqual([[2.5 / 4]])
})

test('an answer that shed requests would change is not exact and says why', async () => {
  const minute = Math.floor((NOW - HOUR_MS) / 60_000)
  const shed = { minute, lastMinute: minute, method: 'GET', route: '/users/:id', status: 200, requests: 7, aborted: 0, requestBytes: 0, responseBytes: 0, buckets: [187], counts: [7] }
  const { ask } = await open(sampleBatch([hoursAgo(1)], { shed: [shed] }))
  const exact = async (query: Omit<Query, 'metrics'> & Partial<Query>) => (await ask({ metrics: ['requests', 'p95'], ...query })).meta.exact
  expect([await exact({}), await exact({ dimensions: ['endpoint'] }), await exact({ filter: ['gte', 'status', 500] })]).toEqual([true, true, true])
  expect([await exact({ dimensions: ['country'] }), await exact({ filter: ['is', 'country', ['DE']] }), await exact({ metrics: ['consumers'] }), await exact({ filter: ['gt', 'durationMs', 1] })]).toEqual([false, false, false, false])
  const byCountry = await ask({ metrics: ['requests'], dimensions: ['country'] })
  expect(byCountry.rows).toEqual([[SHED, 7], ['DE', 1]])
  expect(byCountry.meta.warnings.join()).toContain('7 requests')
})

test('a signal stops the question with its reason', async () => {
  const { ask } = await open()
  await expect(ask({ metrics: ['requests'] }, { signal: AbortSignal.abort(new Error('gone')) })).rejects.toThrow('gone')
})

test.each<[string, string, Query]>([
  ['/metrics', 'at least one', { metrics: [] }],
  ['/metrics/1', 'twice', { metrics: ['requests', 'requests'] }],
  ['/dimensions', 'more than 4', { metrics: ['requests'], dimensions: ['method', 'route', 'path', 'status', 'host'] }],
  ['/dimensions/1', 'time is named twice', { metrics: ['requests'], dimensions: ['time:hour', 'time:day'] }],
  ['/dimensions/0', 'no dimension', { metrics: ['requests'], dimensions: ['tag:'] }],
  ['/orderBy/0/0', 'add it to "dimensions"', { metrics: ['requests'], orderBy: [['country', 'asc']] }],
  ['/limit', '1 to 10000', { metrics: ['requests'], limit: 10_001 }],
  ['/apdexMs', 'above 0', { metrics: ['apdex'], apdexMs: 0 }],
  ['/timeZone', 'Europe/Berlin', { metrics: ['requests'], timeZone: 'Mars/Base' }],
  ['/range', 'empty', { metrics: ['requests'], range: { from: 5, to: 5 } }],
  ['/compare/from', 'is no date', { metrics: ['requests'], compare: { from: '2018-02-31', to: 5 } }],
  ['/having/1/0/2', 'takes a number', { metrics: ['requests'], having: ['and', [['gt', 'requests', Number.NaN]]] }],
])('a question with a mistake at %s is refused with "%s"', async (pointer, message, query) => {
  const { ask } = await open()
  const refused = ask(query)
  await expect(refused).rejects.toBeInstanceOf(QueryProblem)
  await expect(refused).rejects.toMatchObject({ pointer, message: expect.stringContaining(message) })
})

test('a range with too many intervals is too much, and says what to narrow', async () => {
  const { ask } = await open()
  const refused = ask({ metrics: ['requests'], range: '7d', dimensions: ['time:minute'] })
  await expect(refused).rejects.toBeInstanceOf(TooMuch)
  await expect(refused).rejects.toMatchObject({ pointer: '/range', message: expect.stringMatching(/more than 5000 intervals of a minute; ask for a shorter range or a longer interval/) })
})
