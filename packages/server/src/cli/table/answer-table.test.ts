import type { QueryAnswer, QueryColumn } from '@wayside/client'
import { expect, test } from 'vitest'
import { toTable } from './answer-table.ts'

const ENDPOINT: QueryColumn = { key: 'endpoint', kind: 'dimension', type: 'text', unit: null }
const TIME: QueryColumn = { key: 'time:hour', kind: 'dimension', type: 'instant', unit: null }
const REQUESTS: QueryColumn = { key: 'requests', kind: 'metric', type: 'integer', unit: null }
const P95: QueryColumn = { key: 'p95', kind: 'metric', type: 'number', unit: 'ms' }
const LAST: QueryColumn = { key: 'lastSeenAt', kind: 'metric', type: 'instant', unit: null }

const answer = (columns: readonly QueryColumn[], rows: QueryAnswer['rows'], over: Partial<QueryAnswer> = {}): QueryAnswer => ({
  columns,
  rows,
  totals: null,
  comparison: null,
  nextCursor: null,
  meta: { from: 0, to: 1, timeZone: 'UTC', source: 'rollup', exact: true, completeUntil: 0, latencyRelativeError: 0.02, tookMs: 1, rowsRead: 1, warnings: [] },
  ...over,
})

/** What is printed, as lines. */
const lines = (...given: Parameters<typeof toTable>) => toTable(...given).trimEnd().split('\n')

test('numbers stand under each other by their ends', () => {
  expect(lines(answer([ENDPOINT, REQUESTS, P95], [['GET /users/:id', 1_204, 41.23], ['GET /größe', 3, null], ['GET /注文', 1, 7]]))).toEqual([
    'endpoint        requests      p95',
    'GET /users/:id     1,204  41.2 ms',
    'GET /größe             3        –',
    'GET /注文              1  7.00 ms',
  ])
})

test('beside each metric stands how it moved, and below all rows their sum', () => {
  const comparison = { from: 0, to: 1, rows: [[100, 50, 1], null], totals: [100, 50, 1] }
  expect(lines(answer([ENDPOINT, REQUESTS, P95, LAST], [['GET /a', 112, 25, 3_600_000], ['GET /b', 3, 1, null]], { comparison, totals: [115, 20, 3_600_000] }))).toEqual([
    'endpoint  requests      ±      p95      ±        lastSeenAt',
    'GET /a         112  +12 %  25.0 ms  -50 %  1970-01-01 01:00',
    'GET /b           3    new  1.00 ms      –                 –',
    'all            115  +15 %  20.0 ms  -60 %  1970-01-01 01:00',
  ])
})

test('intervals have bars, other rows their trends', () => {
  expect(lines(answer([TIME, REQUESTS], [[0, 4], [3_600_000, 8]]))).toEqual([
    'time:hour         requests',
    '1970-01-01               4  ██████████',
    '1970-01-01 01:00         8  ████████████████████',
  ])
  expect(lines(answer([ENDPOINT, REQUESTS], [['GET /a', 9]]), { trends: [[1, null, 8]] })).toEqual(['endpoint  requests  requests over time', 'GET /a           9  ▂ █'])
})

test('what a reader must know stands below', () => {
  expect(lines(answer([REQUESTS], [[1]], { nextCursor: 'x', meta: { ...answer([], []).meta, warnings: ['3 requests were shed'] } })).slice(2)).toEqual([
    '',
    'There is more: ask for more rows with --limit, or for all with --all.',
    '3 requests were shed',
  ])
  expect(lines(answer([ENDPOINT, REQUESTS], [])).at(-1)).toBe('Nothing in this range passes.')
})
