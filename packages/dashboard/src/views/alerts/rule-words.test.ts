import { expect, test } from 'vitest'
import { describeFilter, describeRule } from './rule-words.ts'

const RULE = { metric: 'p95', filter: null, dimension: 'endpoint', windowMinutes: 15, condition: { kind: 'threshold', comparison: 'gt', value: 800 }, consecutive: 1, minRequests: 0 } as const

test('a rule is told in one sentence', () => {
  expect(describeRule(RULE)).toBe('p95 latency of each endpoint in 15 minutes is above 800 ms')
  expect(describeRule({ ...RULE, metric: 'requests', dimension: null, windowMinutes: 60, condition: { kind: 'band', low: 1, high: 99, history: 168, minHistory: 8, minExpected: 20 } })).toBe(
    'requests of all in an hour is above the p99 or below the p1 of the 168 before',
  )
  expect(describeRule({ ...RULE, consecutive: 3, minRequests: 20, filter: ['is', 'country', ['DE', null]] })).toBe(
    'p95 latency of each endpoint in 15 minutes is above 800 ms, 3 times in a row, with at least 20 requests, where country is Germany or unknown',
  )
  expect(describeRule({ ...RULE, dimension: 'country', windowMinutes: 60, condition: { kind: 'newValue', history: 336 } })).toContain('has a value that 336 times an hour before had not')
  expect(describeRule({ ...RULE, condition: { kind: 'percentile', percentile: 95, factor: 1.5, history: 672, minHistory: 8 } })).toContain('is above 1.5 times the p95 of the 672 before')
})

test('filters are told with their brackets', () => {
  expect(describeFilter(['or', [['and', [['is', 'method', ['GET']], ['gt', 'durationMs', 500]]], ['not', ['contains', 'route', ['/v1']]], ['exists', 'tag:plan']]])).toBe(
    '(method is GET and durationMs is above 500) or not (route contains /v1) or tag:plan is known',
  )
})
