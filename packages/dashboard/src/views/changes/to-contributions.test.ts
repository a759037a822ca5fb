import { expect, test } from 'vitest'
import type { Row } from '../../api/rows.ts'
import { toContributions } from './to-contributions.ts'

const row = (value: string | null, before: number, now: number): Row => ({ keys: [value], of: () => now, before: () => before })

test('what grew like all the rest explains nothing, what grew beyond it does', () => {
  const contributions = toContributions({
    metric: 'requests',
    total: row(null, 1_000, 2_000),
    rows: [
      ['endpoint', [row('GET /busy', 800, 1_600), row('GET /login', 100, 300), row('GET /old', 100, 100)]],
      ['country', [row('DE', 500, 1_000)]],
    ],
  })
  expect(contributions.map(({ dimension, value, change, surprise }) => [dimension, value, change, surprise])).toEqual([['endpoint', 'GET /login', 200, 100]])
})

test('what fell while all else stayed is found too', () => {
  const contributions = toContributions({ metric: 'errors', total: row(null, 1_000, 900), rows: [['consumer', [row('acme', 900, 900), row('gone', 100, 0)]]] })
  expect(contributions).toMatchObject([{ value: 'gone', change: -100, surprise: -90 }])
})

test('where nothing was before, the largest come first', () => {
  const contributions = toContributions({ metric: 'requests', total: row(null, 0, 30), rows: [['endpoint', [row('a', 0, 10), row('b', 0, 20)]]] })
  expect(contributions.map(({ value }) => value)).toEqual(['b', 'a'])
})

test('a handful of requests is chance', () => {
  expect(toContributions({ metric: 'requests', total: row(null, 10, 13), rows: [['endpoint', [row('a', 10, 13)]]] })).toEqual([])
})
