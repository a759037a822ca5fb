import { DIMENSIONS, QUERY_LIMITS, type Filter } from '@wayside/protocol'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { QueryProblem } from './query-problem.ts'
import { toStoreFilter } from './store-filter.ts'

test('parts keep their form, "isNot" and "exists" are "is" turned around', () => {
  const filter: Filter = ['and', [['or', [['is', 'country', ['DE', null]], ['matches', 'path', ['^/a']]]], ['not', ['isNot', 'status', [200]]], ['exists', 'tag:plan'], ['exists', 'upstreamMs']]]
  const is = (dimension: string, ...values: readonly unknown[]) => ({ kind: 'text', operator: 'is', dimension, values })
  const not = (each: unknown) => ({ kind: 'not', filter: each })
  expect(toStoreFilter(filter)).toEqual({
    kind: 'and',
    filters: [
      { kind: 'or', filters: [is('country', 'DE', null), { kind: 'text', operator: 'matches', dimension: 'path', values: ['^/a'] }] },
      not(not(is('status', 200))),
      not(is('tag:plan', null)),
      { kind: 'known', quantity: 'upstreamUs' },
    ],
  })
})

test('half a character is what the store has made of it', () => {
  expect(toStoreFilter(['is', 'path', ['a\ud800']])).toMatchObject({ values: ['a\ufffd'] })
})

test('a bound becomes the whole microsecond or byte that decides the same', () => {
  const bound = (filter: Filter) => toStoreFilter(filter)
  expect(bound(['gt', 'durationMs', 1.005])).toMatchObject({ quantity: 'durationUs', value: 1_005 })
  expect(bound(['gt', 'durationMs', 0.0005])).toMatchObject({ value: 0 })
  expect(bound(['gte', 'durationMs', 0.0005])).toMatchObject({ value: 1 })
  expect(bound(['lte', 'status', 499.5])).toMatchObject({ value: 499 })
  expect(bound(['lt', 'responseBytes', 1e300])).toMatchObject({ value: Number.MAX_SAFE_INTEGER })
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10_000_000 }), fc.double({ min: 0, max: 10_000, noNaN: true }), fc.constantFrom('gt', 'gte', 'lt', 'lte'), (us, ms, comparison) => {
      const compare = { gt: (a: number, b: number) => a > b, gte: (a: number, b: number) => a >= b, lt: (a: number, b: number) => a < b, lte: (a: number, b: number) => a <= b }[comparison]
      const filter = bound([comparison, 'durationMs', ms])
      expect(filter.kind === 'compare' && compare(us, filter.value)).toBe(compare(us / 1_000, ms))
    }),
  )
})

const nested = (depth: number): Filter => (depth === 1 ? ['exists', 'path'] : ['not', nested(depth - 1)])
const many = (count: number): Filter => ['or', Array.from({ length: count }, () => ['exists', 'path'] as const)]
const values = (count: number): Filter => ['is', 'path', Array.from({ length: count }, (_, at) => `/${at}`)]

test('a filter of the greatest size is taken', () => {
  for (const filter of [nested(QUERY_LIMITS.filterDepth), many(QUERY_LIMITS.filterClauses - 1), values(QUERY_LIMITS.filterValues)]) expect(() => toStoreFilter(filter)).not.toThrow()
  expect(() => toStoreFilter(['matches', 'path', ['x'.repeat(QUERY_LIMITS.patternLength)]])).not.toThrow()
})

test.each<[string, string, Filter]>([
  [`/filter${'/1'.repeat(QUERY_LIMITS.filterDepth)}`, 'deeper than 8', nested(QUERY_LIMITS.filterDepth + 1)],
  ['/filter', 'more than 64 parts', many(QUERY_LIMITS.filterClauses)],
  ['/filter/2', 'more than 500 values', values(QUERY_LIMITS.filterValues + 1)],
  ['/filter/2/0', 'at most 2048 characters', ['is', 'path', ['x'.repeat(QUERY_LIMITS.valueLength + 1)]]],
  ['/filter/2/0', 'at most 256 characters', ['matches', 'path', ['x'.repeat(QUERY_LIMITS.patternLength + 1)]]],
  ['/filter', 'holds no filter', ['and', []]],
  ['/filter/2', 'no values', ['is', 'path', []]],
  ['/filter/2/1', 'status has whole numbers', ['is', 'status', [200, '404']]],
  ['/filter/2/0', 'status has whole numbers', ['is', 'status', [200.5]]],
  ['/filter/2/0', 'bot has true or false', ['is', 'bot', ['true']]],
  ['/filter/2/0', 'path has texts', ['is', 'path', [5]]],
  ['/filter/2/0', 'path has texts', ['contains', 'path', [null]]],
  ['/filter/0', 'statusClass', ['startsWith', 'status', ['5']]],
  ['/filter/0', 'use "is"', ['matches', 'bot', ['t']]],
  ['/filter/2', 'takes a number', ['gt', 'durationMs', Number.NaN]],
  ['/filter/1/0/2/0', 'RE2 does not take', ['or', [['matches', 'path', ['a(']]]]],
  ['/filter/2/0', 'RE2 does not take', ['matches', 'path', ['(a)\\1']]],
  ['/filter/2/0', 'RE2 does not take', ['matches', 'path', ['a(?=b)']]],
  ['/filter/2/0', 'RE2 does not take', ['matches', 'path', ['a{1001}']]],
  ['/filter/2/0', 'looks behind', ['matches', 'path', ['(?<=a)b']]],
  ['/filter/2/0', 'repeat less', ['matches', 'path', ['(\\pL{30}){30}']]],
  ['/filter/2/10', 'give fewer', ['matches', 'path', Array.from({ length: 20 }, () => 'a{995}')]],
  ['/filter/2/0', 'not every engine', ['matches', 'path', ['\\p{Cn}']]],
])('at %s: %s', (pointer, message, filter) => {
  const reading = () => toStoreFilter(filter)
  expect(reading).toThrow(QueryProblem)
  expect(reading).toThrow(expect.objectContaining({ pointer, message: expect.stringContaining(message) }))
})

test('what has no type is refused where it stands', () => {
  // Boundary: as a caller without types would send it.
  const untyped = (filter: unknown) => () => toStoreFilter(filter as Filter)
  expect(untyped(['like', 'path', ['x']])).toThrow(expect.objectContaining({ pointer: '/filter/0' }))
  expect(untyped(['is', 'constructor', ['x']])).toThrow(expect.objectContaining({ pointer: '/filter/1', message: expect.stringContaining(DIMENSIONS[0]) }))
  expect(untyped(['gt', 'path', 5])).toThrow(expect.objectContaining({ pointer: '/filter/1' }))
})
