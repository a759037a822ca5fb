import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openSettled } from '../../../testing/open-settled.ts'
import { createSegmentWriter, sampleBatch, sampleNewEvent } from '../../../testing/segment-writer.ts'
import { createMemoryStore } from '../../memory/memory-store.ts'
import { RANDOM_FROM, RANDOM_TO, randomBatch } from '../../random-history.ts'
import type { Store } from '../../store.ts'
import { TooMuch, type StoreAnswer, type StoreDimension, type StoreFilter, type StoreMeasure, type StoreQuery } from '../../store-query.ts'

const HOUR = 3_600_000
const DAY = 86_400_000

let dataDir = ''
let oracle: Store
let store: Store
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'wayside-query-'))
  oracle = createMemoryStore()
  // Every append but the last is followed by a snapshot; each file has every kind of cells, and is read by itself.
  const open = (snapshotBytes: number) => openSettled({ engine: 'duckdb', dataDir, snapshotBytes, cellRules: { minEvents: 0, minEventsOfHours: 0, minGain: 0 }, partEvents: 1 })
  const writeSegment = createSegmentWriter(dataDir)
  store = await open(1)
  for (let number = 1; number <= 4; number++) {
    if (number === 4) {
      await store.close()
      store = await open(1e9)
    }
    const segment = await writeSegment(number, [randomBatch(number), randomBatch(number + 100), randomBatch(number + 200)])
    await Promise.all([store.append(segment), oracle.append(segment)])
  }
}, 300_000)
afterAll(async () => {
  await store.close()
  await rm(dataDir, { recursive: true })
})

/** The day and a half of the random history, whole days around it included. */
const WHOLE = { from: RANDOM_FROM - 22 * HOUR, to: RANDOM_TO + 14 * HOUR }
const ask = (over: Partial<StoreQuery> = {}): StoreQuery => ({ projectId: 1, ...WHOLE, intervals: null, groupBy: [], filter: null, measures: new Set(), limit: null, ...over })
const everyHour = (from: number, to: number, step = HOUR) => Array.from({ length: Math.ceil((to - from) / step) }, (_, at) => from + at * step)
const is = (dimension: StoreDimension, ...values: readonly (string | number | boolean | null)[]): StoreFilter => ({ kind: 'text', operator: 'is', dimension, values })

function sorted({ rows, shed }: StoreAnswer): unknown {
  const texts = rows.map((row) => JSON.stringify({ ...row, latency: [...row.latency].toSorted(([a], [b]) => a - b) }))
  return { shed, rows: texts.toSorted() }
}

const FACETS: readonly (readonly StoreDimension[])[] = [
  [],
  ['endpoint'],
  ['method'],
  ['apiVersion'],
  ['statusClass', 'outcome'],
  ['consumer'],
  ['consumerKind', 'route'],
  ['client'],
  ['bot', 'country'],
  ['country', 'endpoint'],
  ['instance', 'host'],
  ['errorClass', 'consumer'],
  ['path'],
  ['tag:plan', 'status'],
  ['country', 'client', 'host'],
]
const MEASURES: readonly (readonly StoreMeasure[])[] = [[], ['latency'], ['consumers', 'newConsumers'], ['latency', 'consumers']]
const FILTERS: readonly (StoreFilter | null)[] = [null, is('client', 'curl', null), { kind: 'not', filter: is('route', '/orders') }, { kind: 'compare', comparison: 'gte', quantity: 'status', value: 400 }]
const RANGES: readonly Pick<StoreQuery, 'from' | 'to' | 'intervals'>[] = [
  { ...WHOLE, intervals: null },
  { ...WHOLE, intervals: everyHour(WHOLE.from, WHOLE.to, DAY) },
  { ...WHOLE, intervals: everyHour(WHOLE.from - 2 * HOUR, WHOLE.to, DAY) },
  { from: RANDOM_FROM + 5 * HOUR, to: RANDOM_TO - 900_000, intervals: everyHour(RANDOM_FROM + 4 * HOUR, RANDOM_TO, 4 * HOUR) },
  { from: RANDOM_FROM + 61_001, to: RANDOM_TO - 1, intervals: null },
]

test.each(FACETS.map((groupBy) => ({ groupBy })))('cells, events in files and in the table add up to what the oracle counts, by $groupBy', async ({ groupBy }) => {
  for (const [at, range] of RANGES.entries()) {
    for (const [next, filter] of FILTERS.entries()) {
      const measures = MEASURES[(at + next) % MEASURES.length]
      const question = ask({ ...range, groupBy, filter, measures: new Set(measures) })
      expect(sorted(await store.query(question)), JSON.stringify({ ...question, measures })).toEqual(sorted(await oracle.query(question)))
    }
  }
}, 60_000)

test('an answer says from what it was made', async () => {
  const old = { from: WHOLE.from, to: WHOLE.to }
  const sourceOf = async (over: Partial<StoreQuery>) => (await store.query(ask({ ...old, ...over }))).source
  expect(await sourceOf({ projectId: 3 })).toBe('raw')
  // The last segment is in the table still.
  expect(await sourceOf({ groupBy: ['country', 'endpoint'] })).toBe('mixed')
  expect(await sourceOf({ groupBy: ['path'] })).toBe('raw')
  expect(await sourceOf({ groupBy: ['country', 'endpoint', 'host'] })).toBe('raw')
  expect(await sourceOf({ filter: { kind: 'compare', comparison: 'gt', quantity: 'durationUs', value: 1 } })).toBe('raw')
})

test('what a user writes is a value, wherever it stands', async () => {
  const hostile = [`'`, `"`, `' OR 1=1 --`, `'); DROP TABLE events; --`, '$1', '\\', '%', '_', '\u0000', '😀', 'a'.repeat(2_000), `"."`, '*', '~1/']
  for (const text of hostile) {
    const filters: readonly StoreFilter[] = [
      is('route', text),
      is(`tag:${text}`, text),
      { kind: 'not', filter: is(`tag:${text}`, null) },
      { kind: 'text', operator: 'contains', dimension: 'path', values: [text] },
      { kind: 'text', operator: 'startsWith', dimension: 'consumer', values: [text, text] },
      { kind: 'text', operator: 'matches', dimension: 'client', values: [`\\Q${text.slice(0, 200)}\\E`] },
    ]
    for (const filter of filters) {
      const question = ask({ groupBy: [`tag:${text}`], filter })
      expect(sorted(await store.query(question)), JSON.stringify(filter)).toEqual(sorted(await oracle.query(question)))
    }
  }
}, 60_000)

test('a question stops at its signal', async () => {
  await expect(store.query(ask({ signal: AbortSignal.abort(new Error('left')) }))).rejects.toThrow('left')
})

test('an answer of too many groups is refused, with what to narrow', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'wayside-groups-'))
  const full = await openSettled({ engine: 'duckdb', dataDir: folder })
  const events = Array.from({ length: 100_001 }, (_, at) => sampleNewEvent({ path: `/${at}` }))
  await full.append(await createSegmentWriter(folder)(1, [sampleBatch(events)]))
  const question = ask({ from: 0, to: 2e12, groupBy: ['path'] })
  await expect(full.query(question)).rejects.toBeInstanceOf(TooMuch)
  expect((await full.query({ ...question, limit: 10 })).rows).toHaveLength(10)
  await full.close()
  await rm(folder, { recursive: true })
}, 60_000)
