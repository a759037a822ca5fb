import { expect, test } from 'vitest'
import { toMessage } from './to-message.ts'

const RULE = { name: 'Slow', metric: 'p95', dimension: 'endpoint', windowMinutes: 60, condition: { kind: 'threshold', comparison: 'gt', value: 50 } } as const
const BAND = { kind: 'band', low: 1, high: 99, history: 168, minHistory: 8, minExpected: 20 } as const

test('what was found is told with its unit, and with what it was held against', () => {
  expect(toMessage(RULE, 'GET /orders', 3_984.151, 50)).toBe('Slow: p95 latency of endpoint GET /orders was 3,984.15 ms in an hour, above 50 ms')
  expect(toMessage({ ...RULE, metric: 'errorRate', dimension: null, condition: { kind: 'threshold', comparison: 'gte', value: 0.5 } }, '', 0.625, 0.5)).toBe('Slow: error rate was 62.5% in an hour, at least 50%')
  expect(toMessage({ ...RULE, metric: 'requests', windowMinutes: 1_440, condition: BAND }, 'GET /orders', 3, 20)).toBe('Slow: requests of endpoint GET /orders were 3 in a day, expected at least 20')
  expect(toMessage({ ...RULE, metric: 'requests', windowMinutes: 1, condition: BAND }, 'GET /orders', 90, 20)).toBe('Slow: requests of endpoint GET /orders were 90 in a minute, expected at most 20')
  expect(toMessage({ ...RULE, dimension: 'country', condition: { kind: 'newValue', history: 8 } }, 'DE', 4, null)).toBe('Slow: country DE was not there before')
  expect(toMessage(RULE, 'northwind', null, null, 'came from 203.0.113.9')).toBe('Slow: endpoint northwind came from 203.0.113.9')
})
