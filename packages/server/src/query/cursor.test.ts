import type { Query } from '@wayside/protocol'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatCursor, parseCursor, type Position } from './cursor.ts'
import { QueryProblem } from './query-problem.ts'

const QUERY: Query = { metrics: ['requests'], dimensions: ['path', 'bot'], range: { from: 1, to: 2 } }
const NOW = 1_000
const value = fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer(), fc.boolean(), fc.constant(null))

test('a position comes back whole', () => {
  const position = fc.record({ now: fc.integer({ min: 0, max: NOW }), sort: fc.array(value), dimensions: fc.array(value) })
  fc.assert(
    fc.property(position, (given: Position) => {
      expect(parseCursor(formatCursor(given, QUERY, 1), QUERY, 1, NOW)).toEqual(given)
    }),
  )
})

test('the order of members and the size of pages do not matter, all else does', () => {
  const cursor = formatCursor({ now: 5, sort: [1], dimensions: ['/a', true] }, QUERY, 1)
  const parse = (query: Query) => parseCursor(cursor, query, 1, NOW).now
  expect(parse({ range: { to: 2, from: 1 }, cursor, limit: 7, dimensions: ['path', 'bot'], metrics: ['requests'] })).toBe(5)
  for (const over of [{ metrics: ['errors'] }, { dimensions: ['bot', 'path'] }, { range: '24h' }, { apdexMs: 5 }] satisfies readonly Partial<Query>[]) expect(() => parse({ ...QUERY, ...over })).toThrow(QueryProblem)
})

test('no text but a cursor is taken', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.base64String(), fc.json()), (text) => {
      expect(() => parseCursor(text, QUERY, 1, NOW)).toThrow(QueryProblem)
    }),
  )
})
