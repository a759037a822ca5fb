import { expect, test } from 'vitest'
import type { Observation } from './check-result.ts'
import { judge } from './judge.ts'
import { MONITOR_DEFAULTS } from './monitor.ts'

const TIMINGS = { dnsUs: null, connectUs: 100, tlsUs: null, firstByteUs: 200, totalUs: 300_000 }
const NOW = 1_700_000_000_000
const answer = (over: Partial<Extract<Observation, { kind: 'answer' }>> = {}): Observation => ({ kind: 'answer', at: NOW, status: 200, bodyHolds: true, timings: TIMINGS, certificateEndsAt: null, ...over })

test('an expected answer is up', () => {
  expect(judge(MONITOR_DEFAULTS, answer({ status: 204 }))).toEqual({ state: 'up', reason: null })
})

test('no answer, another status and another body are down', () => {
  expect(judge(MONITOR_DEFAULTS, { kind: 'failure', at: NOW, reason: 'the connection was refused', timings: TIMINGS })).toEqual({ state: 'down', reason: 'the connection was refused' })
  expect(judge(MONITOR_DEFAULTS, answer({ status: 301 }))).toEqual({ state: 'down', reason: 'it answered with status 301' })
  expect(judge({ ...MONITOR_DEFAULTS, expectedStatus: '401, 500-599' }, answer({ status: 503 })).state).toBe('up')
  expect(judge({ ...MONITOR_DEFAULTS, body: { rule: 'lacks', text: 'error' } }, answer({ bodyHolds: false }))).toEqual({ state: 'down', reason: 'the body has the text' })
})

test('a slow answer and a certificate about to end are degraded', () => {
  expect(judge({ ...MONITOR_DEFAULTS, slowMs: 299 }, answer())).toEqual({ state: 'degraded', reason: 'it took 300 ms, more than 299 ms' })
  expect(judge({ ...MONITOR_DEFAULTS, slowMs: 300 }, answer()).state).toBe('up')
  expect(judge(MONITOR_DEFAULTS, answer({ certificateEndsAt: NOW + 1.5 * 86_400_000 }))).toEqual({ state: 'degraded', reason: 'its certificate ends in 1 day' })
  expect(judge(MONITOR_DEFAULTS, answer({ certificateEndsAt: NOW + 14 * 86_400_000 })).state).toBe('up')
  expect(judge({ ...MONITOR_DEFAULTS, certificateDays: null }, answer({ certificateEndsAt: NOW })).state).toBe('up')
})
