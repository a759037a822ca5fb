import { DIMENSIONS, SHED, type Dimension, type DimensionValue } from '@wayside/protocol'
import { expect } from 'vitest'
import type { NewEvent } from '../journal/journal-batch.ts'
import type { ShedCounts } from '../journal/shed-counts.ts'
import { SAMPLE_TIME } from '../testing/sample.ts'
import { sampleBatch, sampleNewEvent } from '../testing/segment-writer.ts'
import { createMemoryStore } from './memory/memory-store.ts'
import { randomBatch } from './random-history.ts'
import { randomQuestions } from './random-questions.ts'
import type { ConformanceCase } from './store-conformance.ts'
import type { StoreAnswer, StoreFilter, StoreQuery, StoreRow } from './store-query.ts'
import type { Store } from './store.ts'

/**
 * What every engine must answer. Cases are run as those of `STORE_CONFORMANCE`; so many random questions are held against
 * the oracle.
 */
export const queryConformance = (questions: number): readonly ConformanceCase[] => [
  ...NAMED_QUESTIONS,
  ...HISTORIES.map(
    (seed): ConformanceCase => ({
      name: `answers random questions about random requests like the oracle (${seed})`,
      run: (store, writeSegment) => holdAgainstOracle(seed, questions / HISTORIES.length, store, writeSegment),
    }),
  ),
]

/** Seeds of the data that the random questions are about. */
const HISTORIES = [1, 2, 3, 4]

const NAMED_QUESTIONS: readonly ConformanceCase[] = [
  {
    name: 'groups by every dimension, the unknown and shed requests too',
    async run(store, writeSegment) {
      await store.append(await writeSegment(1, [sampleBatch([FULL, BARE], { shed: [SHED_COUNTS] })]))
      for (const dimension of DIMENSIONS) {
        const [full, bare, shed] = VALUES[dimension]
        const rows = await ask(store, { groupBy: [dimension] })
        const expected = new Map<DimensionValue, number>()
        for (const [value, requests] of [[full, 1], [bare, 1], [shed, 10]] as const) expected.set(value, (expected.get(value) ?? 0) + requests)
        expect(new Map(rows.map(({ key, requests }) => [key[0], requests])), dimension).toEqual(expected)
        for (const [value, requests] of expected) {
          expect(await count(store, is(dimension, value)), `${dimension} is ${value}`).toBe(requests)
          expect(await count(store, { kind: 'not', filter: is(dimension, value) }), `${dimension} is not ${value}`).toBe(12 - requests)
        }
      }
    },
  },
  {
    name: 'groups and filters by tags of any name',
    async run(store, writeSegment) {
      const names = ['plan', 'a.b', 'a/b', 'a~1b', `'; DROP TABLE events; --`, 'quo"ted', '$.x', '[0]', '*', '😀', '\\', '__proto__', 'toString', '%_']
      const events = names.map((name, at) => sampleNewEvent({ tags: Object.fromEntries([[name, `v${at}`], [`${name}2`, 'other']]) }))
      await store.append(await writeSegment(1, [sampleBatch([...events, sampleNewEvent()])]))
      for (const [at, name] of names.entries()) {
        const rows = await ask(store, { groupBy: [`tag:${name}`] })
        expect(rows.map(({ key, requests }) => [key[0], requests]), name).toEqual([[null, names.length], [`v${at}`, 1]])
        expect(await count(store, is(`tag:${name}`, `v${at}`)), name).toBe(1)
      }
    },
  },
  {
    name: 'keeps hostile texts as they are, in groups and in filters',
    async run(store, writeSegment) {
      const texts = [`'; DROP TABLE events; --`, `' OR '1'='1`, '\u0000\u001b[2J\u2028"\\', '%', '_', '\\', '$1', '{0:String}', 'null', 'true', '1', '', ' ', '😀', 'näh', 'A', 'a', '2026-01-01', '?', ':x', '/*', '\n', '\t']
      await store.append(await writeSegment(1, [sampleBatch(texts.map((text) => sampleNewEvent({ path: text, userId: text, tags: { plan: text } })))]))
      for (const dimension of ['path', 'userId', 'tag:plan'] as const) {
        expect(new Set((await ask(store, { groupBy: [dimension] })).map(({ key }) => key[0]))).toEqual(new Set(texts))
        for (const text of texts) {
          expect(await count(store, is(dimension, text)), `${dimension} is ${JSON.stringify(text)}`).toBe(1)
          for (const operator of ['contains', 'startsWith'] as const) {
            const expected = texts.filter((each) => (operator === 'contains' ? each.includes(text) : each.startsWith(text))).length
            expect(await count(store, { kind: 'text', operator, dimension, values: [text] }), `${dimension} ${operator} ${JSON.stringify(text)}`).toBe(expected)
          }
        }
      }
    },
  },
  {
    name: 'takes several values as alternatives, and lets the unknown pass "is null" and "not" alone',
    async run(store, writeSegment) {
      await store.append(await writeSegment(1, [sampleBatch(['DE', 'FR', 'US', null].map((country) => sampleNewEvent({ country })))]))
      const text = (operator: 'is' | 'contains' | 'startsWith' | 'matches', ...values: readonly DimensionValue[]): StoreFilter => ({ kind: 'text', operator, dimension: 'country', values })
      const not = (filter: StoreFilter): StoreFilter => ({ kind: 'not', filter })
      const both = (kind: 'and' | 'or', ...filters: readonly StoreFilter[]): StoreFilter => ({ kind, filters })
      const expected: readonly (readonly [StoreFilter, number])[] = [
        [text('is', 'DE', 'FR', 'XX'), 2],
        [text('is', 'DE', null), 2],
        [text('is', null), 1],
        [text('contains', 'R', 'S'), 2],
        [text('startsWith', 'D', 'U'), 2],
        [text('startsWith', 'E'), 0],
        [text('contains', ''), 3],
        [text('matches', '^.R$', 'S'), 2],
        [not(text('is', 'DE')), 3],
        [not(text('is', null)), 3],
        [not(text('is', 'DE', null)), 2],
        [not(text('contains', 'E')), 3],
        [not(text('matches', 'E')), 3],
        [not(not(text('contains', 'E'))), 1],
        [not(both('and', text('is', 'DE'), text('contains', 'E'))), 3],
        [not(both('or', text('is', 'DE'), text('contains', 'R'))), 2],
        [both('and'), 4],
        [both('or'), 0],
        [not(both('or')), 4],
        [both('and', text('is', 'DE'), text('is', 'FR')), 0],
        [both('or', text('is', 'DE'), text('is', 'FR')), 2],
      ]
      for (const [filter, requests] of expected) expect(await count(store, filter), JSON.stringify(filter)).toBe(requests)
    },
  },
  {
    name: 'matches patterns as RE2 does, anywhere in the text',
    async run(store, writeSegment) {
      const paths = ['/users/42', '/Users/x', '/größe/ß', '/a\nb', '/a.b', 'ǅ😀', '', '/İstanbul']
      await store.append(await writeSegment(1, [sampleBatch(paths.map((path) => sampleNewEvent({ path })))]))
      const expected: Readonly<Record<string, readonly string[]>> = {
        users: ['/users/42'],
        '(?i)USERS': ['/users/42', '/Users/x'],
        '^/users/[0-9]+$': ['/users/42'],
        '/a.b': ['/a.b'],
        '(?s)/a.b': ['/a\nb', '/a.b'],
        '/a\\.b': ['/a.b'],
        '^b$': [],
        '(?m)^b$': ['/a\nb'],
        '\\d{2}': ['/users/42'],
        '\\bx\\b': ['/Users/x'],
        '^\\pL': ['ǅ😀'],
        '\\p{Lt}': ['ǅ😀'],
        '^.😀$|^$': ['ǅ😀', ''],
        '^..$': ['ǅ😀'],
        '(?i)GRÖSSE|GRÖßE': ['/größe/ß'],
        '[^/a-z]': ['/users/42', '/Users/x', '/größe/ß', '/a\nb', '/a.b', 'ǅ😀', '/İstanbul'],
        '(a|b)\\z': ['/a\nb', '/a.b'],
        '\\Q.b\\E': ['/a.b'],
        '\\x{1F600}': ['ǅ😀'],
        "'": [],
      }
      for (const [pattern, matched] of Object.entries(expected)) {
        const rows = await ask(store, { groupBy: ['path'], filter: { kind: 'text', operator: 'matches', dimension: 'path', values: [pattern] } })
        expect(new Set(rows.map(({ key }) => key[0])), pattern).toEqual(new Set(matched))
      }
    },
  },
  {
    name: 'compares quantities, and knows which are known',
    async run(store, writeSegment) {
      const events = [{ durationUs: 1_000 }, { durationUs: 2_000, upstreamUs: 0 }, { durationUs: null, latencyBucket: null }].map(sampleNewEvent)
      const sizes = [sampleNewEvent({ requestBytes: 3_000_000_000, responseBytes: null }), sampleNewEvent({ requestBytes: null, status: 404 })]
      await store.append(await writeSegment(1, [sampleBatch([...events, ...sizes], { shed: [SHED_COUNTS] })]))
      const compare = (comparison: 'gt' | 'gte' | 'lt' | 'lte', quantity: Extract<StoreFilter, { kind: 'compare' }>['quantity'], value: number): StoreFilter => ({ kind: 'compare', comparison, quantity, value })
      const known = (quantity: Extract<StoreFilter, { kind: 'known' }>['quantity']): StoreFilter => ({ kind: 'known', quantity })
      const expected: readonly (readonly [StoreFilter, number])[] = [
        [compare('gt', 'durationUs', 1_500), 1],
        [compare('gte', 'durationUs', 1_500), 3],
        [compare('lt', 'durationUs', 1_500), 1],
        [compare('lte', 'durationUs', 1_000), 1],
        [{ kind: 'not', filter: compare('lt', 'durationUs', 1_500) }, 14],
        [compare('gte', 'status', 400), 11],
        [compare('lt', 'status', 400), 4],
        [compare('gte', 'requestBytes', 3_000_000_000), 1],
        [compare('lte', 'requestBytes', Number.MAX_SAFE_INTEGER), 4],
        [compare('gt', 'responseBytes', -Number.MAX_SAFE_INTEGER), 4],
        [known('status'), 15],
        [known('durationUs'), 4],
        [known('upstreamUs'), 1],
        [known('requestBytes'), 4],
        [known('responseBytes'), 4],
        [{ kind: 'not', filter: known('durationUs') }, 11],
      ]
      for (const [filter, requests] of expected) expect(await count(store, filter), JSON.stringify(filter)).toBe(requests)
    },
  },
  {
    name: 'adds up every number of a row',
    async run(store, writeSegment) {
      const upstream = sampleNewEvent({ durationUs: 5_000, latencyBucket: 200, upstreamUs: 3_000, upstreamCount: 1, outcome: 2, status: 499, time: SAMPLE_TIME + 120_000 })
      const others = [sampleNewEvent({ status: 101, upstreamUs: 900, durationUs: null, latencyBucket: null }), sampleNewEvent({ status: 301, requestBytes: 10 }), sampleNewEvent({ status: 503, responseBytes: null })]
      await store.append(await writeSegment(1, [sampleBatch([upstream, ...others], { shed: [SHED_COUNTS] })]))
      const [row, ...more] = await ask(store, { measures: new Set(['latency', 'consumers', 'newConsumers']) })
      expect(more).toEqual([])
      expect(row).toEqual({
        interval: 0,
        key: [],
        requests: 14,
        classes: [1, 0, 1, 1, 11],
        aborted: 3,
        requestBytes: 110,
        responseBytes: 3 * 512 + 2_000,
        timed: 3,
        durationUs: 8_000,
        maxUs: 5_000,
        upstreamUs: 3_000,
        upstreamOfUs: 5_000,
        lastSeenAt: SHED_COUNTS.lastMinute * 60_000,
        latency: new Map([[5, 3], [187, 6], [200, 1]]),
        consumers: 1,
        newConsumers: 1,
      })
      expect((await ask(store, {}))[0]).toMatchObject({ latency: new Map(), consumers: 0, newConsumers: 0 })
    },
  },
  {
    name: 'lets sums stay at the greatest number that it can tell',
    async run(store, writeSegment) {
      const most = Number.MAX_SAFE_INTEGER
      const shed = { ...SHED_COUNTS, requests: most, aborted: most, requestBytes: most, responseBytes: most, buckets: [1], counts: [most] }
      await store.append(await writeSegment(1, [sampleBatch([sampleNewEvent({ requestBytes: most, responseBytes: most })], { shed: [shed, shed] })]))
      const [row] = await ask(store, { measures: new Set(['latency']) })
      expect(row).toMatchObject({ requestBytes: most, responseBytes: most })
      expect(row?.requests).toBeGreaterThanOrEqual(2 ** 31 - 1)
      expect(row?.requests).toBeLessThanOrEqual(most)
    },
  },
  {
    name: 'counts each consumer once, by kind and name, and shed ones never',
    async run(store, writeSegment) {
      const by = (consumerKind: NewEvent['consumerKind'], consumer: string | null, country: string) => sampleNewEvent({ consumerKind, consumer, country })
      const events = [by('user', 'ann', 'DE'), by('user', 'ann', 'FR'), by('api_key', 'ann', 'FR'), by('unknown', null, 'FR'), by('user', SHED, 'US')]
      await store.append(await writeSegment(1, [sampleBatch(events, { shed: [SHED_COUNTS] })]))
      const measures = new Set(['consumers'] as const)
      expect((await ask(store, { measures }))[0]?.consumers).toBe(3)
      const rows = await ask(store, { measures, groupBy: ['country'] })
      expect(new Map(rows.map(({ key, consumers }) => [key[0], consumers]))).toEqual(new Map([['DE', 1], ['FR', 2], ['US', 1], [SHED, 0]]))
    },
  },
  {
    name: 'calls a consumer new where its first request ever falls, whatever the filter',
    async run(store, writeSegment) {
      const by = (consumer: string, at: number, over: Partial<NewEvent> = {}) => sampleNewEvent({ consumerKind: 'user', consumer, time: HOUR.from + at, ...over })
      const before = by('old', -1)
      const other = by('cy', -1, { projectId: 2 })
      const events = [by('old', 1), by('ann', 0), by('ann', 1_800_000), by('bob', 1_800_000), by('bob', 0, { country: 'FR' }), by('cy', 1_800_000)]
      await store.append(await writeSegment(1, [sampleBatch(events)]))
      await store.append(await writeSegment(2, [sampleBatch([before], { ranges: [{ from: 100, to: 100 }] }), sampleBatch([other], { projectId: 2 })]))
      const measures = new Set(['newConsumers', 'consumers'] as const)
      const intervals = [HOUR.from - 60_000, HOUR.from + 1_800_000]
      expect((await ask(store, { measures })).map(toNew)).toEqual([[0, 4, 3]])
      expect((await ask(store, { measures, intervals })).map(toNew).toSorted()).toEqual([[0, 3, 2], [1, 3, 1]])
      // Bob's first request was from France, though in this interval nobody else was.
      expect((await ask(store, { measures, intervals, filter: is('country', 'DE') })).map(toNew).toSorted()).toEqual([[0, 2, 1], [1, 3, 1]])
      expect((await ask(store, { measures, from: HOUR.from + 1 })).map(toNew)).toEqual([[0, 4, 1]])
    },
  },
  {
    name: 'counts from the first instant to the one before the last, each in its interval',
    async run(store, writeSegment) {
      const at = [HOUR.from - 1, HOUR.from, HOUR.from + 899_999, HOUR.from + 900_000, HOUR.to - 1, HOUR.to]
      await store.append(await writeSegment(1, [sampleBatch(at.map((time) => sampleNewEvent({ time })))]))
      expect(await count(store, null)).toBe(4)
      const intervals = [HOUR.from - 900_000, HOUR.from + 60_000, HOUR.from + 900_000, HOUR.to - 60_000]
      const rows = await ask(store, { intervals })
      expect(new Map(rows.map(({ interval, requests }) => [interval, requests]))).toEqual(new Map([[0, 1], [1, 1], [2, 1], [3, 1]]))
      expect((await ask(store, { from: HOUR.from + 1, to: HOUR.from + 900_000, intervals: [HOUR.from] })).map(({ requests }) => requests)).toEqual([1])
    },
  },
  {
    name: 'takes the groups with most requests, equal ones by interval and key, texts by their bytes',
    async run(store, writeSegment) {
      const event = (userId: string | null, time = SAMPLE_TIME) => sampleNewEvent({ userId, time })
      const users = ['b', 'b', 'z', 'Z', 'ä', '😀', '\uffff', null, 'a']
      await store.append(await writeSegment(1, [sampleBatch([...users.map((user) => event(user)), event('a', HOUR.from)])]))
      const taken = async (limit: number, over: Partial<StoreQuery> = {}) => new Set((await ask(store, { groupBy: ['userId'], limit, ...over })).map(({ interval, key }) => JSON.stringify([interval, ...key])))
      const set = (...keys: readonly (readonly DimensionValue[])[]) => new Set(keys.map((key) => JSON.stringify(key)))
      expect(await taken(2)).toEqual(set([0, 'a'], [0, 'b']))
      expect(await taken(5)).toEqual(set([0, 'a'], [0, 'b'], [0, null], [0, 'Z'], [0, 'z']))
      expect(await taken(7)).toEqual(set([0, 'a'], [0, 'b'], [0, null], [0, 'Z'], [0, 'z'], [0, 'ä'], [0, '\uffff']))
      expect(await taken(3, { intervals: [HOUR.from, HOUR.from + 60_000] })).toEqual(set([1, 'b'], [0, 'a'], [1, null]))
    },
  },
  {
    name: 'tells how many requests of the range were shed, whatever the filter and the limit',
    async run(store, writeSegment) {
      await store.append(await writeSegment(1, [sampleBatch([sampleNewEvent()], { shed: [SHED_COUNTS, { ...SHED_COUNTS, status: 200, requests: 4, buckets: [], counts: [] }] })]))
      const shed = async (over: Partial<StoreQuery>) => (await answer(store, over)).shed
      expect([await shed({}), await shed({ filter: is('country', 'DE') }), await shed({ groupBy: ['status'], limit: 1 })]).toEqual([14, 14, 14])
      expect([await shed({ to: HOUR.from + 1 }), await shed({ projectId: 2 })]).toEqual([0, 0])
    },
  },
  {
    name: 'answers nothing about a project without requests, and nothing of another or of a pruned one',
    async run(store, writeSegment) {
      expect(await ask(store, {})).toEqual([])
      await store.append(await writeSegment(1, [sampleBatch([sampleNewEvent()], { shed: [SHED_COUNTS] }), sampleBatch([sampleNewEvent({ projectId: 2 })], { projectId: 2 })]))
      expect(await ask(store, { projectId: 3, groupBy: ['path'] })).toEqual([])
      expect((await ask(store, { projectId: 2 })).map(({ requests }) => requests)).toEqual([1])
      await store.prune({ projectId: 1 })
      const measures = new Set(['latency', 'consumers', 'newConsumers'] as const)
      for (const dimension of DIMENSIONS) expect(await ask(store, { groupBy: [dimension], measures }), dimension).toEqual([])
      expect((await ask(store, { projectId: 2, groupBy: ['consumer'] })).map(({ requests }) => requests)).toEqual([1])
    },
  },
  {
    name: 'does not begin what its signal has stopped',
    async run(store) {
      await expect(store.query({ ...question(), signal: AbortSignal.abort(new Error('gone')) })).rejects.toThrow('gone')
    },
  },
]

/** The hour of the samples. */
const HOUR = { from: SAMPLE_TIME - (SAMPLE_TIME % 3_600_000), to: SAMPLE_TIME - (SAMPLE_TIME % 3_600_000) + 3_600_000 }

const FULL = sampleNewEvent({
  route: '/api/v2/users/:id',
  upstreamUs: 900,
  os: 'Linux',
  device: 'desktop',
  bot: true,
  userId: 'user-1',
  apiKeyHash: 'a1b2',
  oauthClientId: 'app',
  consumerKind: 'user',
  consumer: 'user-1',
  errorClass: 'TypeError',
  errorFingerprint: 'f00',
})

const BARE = sampleNewEvent({
  method: 'POST',
  route: null,
  path: '/',
  host: null,
  status: 499,
  outcome: 1,
  country: null,
  client: null,
  clientVersion: null,
  consumerKind: 'unknown',
  consumer: null,
  environment: null,
  service: null,
  serviceVersion: null,
  instance: null,
})

const SHED_COUNTS: ShedCounts = {
  minute: Math.floor(SAMPLE_TIME / 60_000),
  lastMinute: Math.floor(SAMPLE_TIME / 60_000) + 5,
  method: 'PUT',
  route: '/v1/orders',
  status: 503,
  requests: 10,
  aborted: 2,
  requestBytes: 100,
  responseBytes: 2_000,
  buckets: [5, 187],
  counts: [3, 4],
}

/** What the full event, the bare one and shed requests are in each dimension. */
const VALUES: Readonly<Record<Dimension, readonly [DimensionValue, DimensionValue, DimensionValue]>> = {
  endpoint: ['GET /api/v2/users/:id', 'POST', 'PUT /v1/orders'],
  method: ['GET', 'POST', 'PUT'],
  route: ['/api/v2/users/:id', null, '/v1/orders'],
  path: ['/users/42', '/', SHED],
  status: [200, 499, 503],
  statusClass: ['2xx', '4xx', '5xx'],
  outcome: ['completed', 'aborted_before_headers', SHED],
  host: ['api.example.com', null, SHED],
  consumer: ['user-1', null, SHED],
  consumerKind: ['user', 'unknown', 'unknown'],
  userId: ['user-1', null, SHED],
  apiKey: ['a1b2', null, SHED],
  oauthClient: ['app', null, SHED],
  country: ['DE', null, SHED],
  client: ['curl', null, SHED],
  clientVersion: ['8.5.0', null, SHED],
  os: ['Linux', null, SHED],
  device: ['desktop', null, SHED],
  bot: [true, false, null],
  apiVersion: ['v2', null, 'v1'],
  framework: ['express', 'express', SHED],
  service: ['orders', null, SHED],
  serviceVersion: ['1.4.0', null, SHED],
  environment: ['production', null, SHED],
  instance: ['pod-1', null, SHED],
  errorClass: ['TypeError', null, SHED],
  errorFingerprint: ['f00', null, SHED],
}

async function holdAgainstOracle(seed: number, questions: number, store: Store, writeSegment: Parameters<ConformanceCase['run']>[1]): Promise<void> {
  const oracle = createMemoryStore()
  for (let number = 1; number <= 8; number++) {
    const segment = await writeSegment(number, Array.from({ length: 6 }, (_, at) => randomBatch(seed * 1_000 + number * 10 + at)))
    await store.append(segment)
    await oracle.append(segment)
  }
  for (const asked of randomQuestions(seed, questions)) {
    const [own, right] = await Promise.all([store.query(asked), oracle.query(asked)])
    expect(comparable(own), describeQuestion(asked)).toEqual(comparable(right))
  }
}

/** All that the samples hold, in one row. */
function question(): StoreQuery {
  return { projectId: 1, ...HOUR, intervals: null, groupBy: [], filter: null, measures: new Set(), limit: null }
}

function answer(store: Store, over: Partial<StoreQuery>): Promise<StoreAnswer> {
  return store.query({ ...question(), ...over })
}

async function ask(store: Store, over: Partial<StoreQuery>): Promise<readonly StoreRow[]> {
  const { rows } = await answer(store, over)
  return rows.toSorted((a, b) => b.requests - a.requests || a.interval - b.interval)
}

async function count(store: Store, filter: StoreFilter | null): Promise<number> {
  const rows = await ask(store, { filter })
  expect(rows.length).toBeLessThanOrEqual(1)
  return rows[0]?.requests ?? 0
}

function is(dimension: Dimension | `tag:${string}`, value: DimensionValue): StoreFilter {
  return { kind: 'text', operator: 'is', dimension, values: [value] }
}

function toNew({ interval, consumers, newConsumers }: StoreRow): readonly number[] {
  return [interval, consumers, newConsumers]
}

/** Rows as a set of texts. */
function comparable({ rows, shed }: StoreAnswer): unknown {
  const members = Object.keys({ ...rows[0] }).toSorted()
  const inOrder = ({ latency, ...row }: StoreRow) => ({ ...row, latency: [...latency].toSorted(([a], [b]) => a - b) })
  return { shed, rows: rows.map((row) => JSON.stringify(inOrder(row), members)).toSorted() }
}

function describeQuestion({ measures, signal: _signal, ...rest }: StoreQuery): string {
  return JSON.stringify({ ...rest, measures: [...measures] })
}
