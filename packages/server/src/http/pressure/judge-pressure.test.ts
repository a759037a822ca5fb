import { expect, test } from 'vitest'
import { judgePressure, type ServerLoad } from './judge-pressure.ts'

const MIB = 1024 * 1024
const AT_EASE: ServerLoad = {
  journalBytes: 10 * MIB,
  journalMaxBytes: 2_048 * MIB,
  backlogBytes: 1 * MIB,
  drainedPerSecond: 10 * MIB,
  loopLagMs: 2,
  heapShare: 0.1,
}

test('a server at ease takes everything', () => {
  expect(judgePressure(AT_EASE)).toEqual({ refusal: null, throttleMs: null })
})

test('a full journal refuses until the store has taken what waits for it', () => {
  const full = { ...AT_EASE, journalBytes: 2_048 * MIB, backlogBytes: 200 * MIB }

  expect(judgePressure(full).refusal).toEqual({
    reason: 'the journal has reached its 2147483648 bytes; the store is behind',
    retryAfterMs: 20_000,
  })
  expect(judgePressure({ ...full, drainedPerSecond: 1 }).refusal?.retryAfterMs).toBe(60_000)
  expect(judgePressure({ ...full, drainedPerSecond: 0 }).refusal?.retryAfterMs).toBe(10_000)
  expect(judgePressure({ ...full, backlogBytes: 0 }).refusal?.retryAfterMs).toBe(10_000)
  expect(judgePressure({ ...full, backlogBytes: 1 }).refusal?.retryAfterMs).toBe(1_000)
})

test.each([
  [{ loopLagMs: 251 }, 'the event loop is 251 ms late', 2_510],
  [{ loopLagMs: 1e6 }, 'the event loop is 1000000 ms late', 60_000],
  [{ heapShare: 0.81 }, '81 % of the heap is in use', 10_000],
])('%j refuses', (over, reason, retryAfterMs) => {
  expect(judgePressure({ ...AT_EASE, ...over })).toEqual({ refusal: { reason, retryAfterMs }, throttleMs: null })
})

test.each([
  [{ journalBytes: 1_600 * MIB }],
  [{ backlogBytes: 257 * MIB, drainedPerSecond: 100 * MIB }],
  [{ backlogBytes: 70 * MIB, drainedPerSecond: MIB }],
  [{ loopLagMs: 200 }],
  [{ heapShare: 0.7 }],
])('%j is taken, and the sender is asked to slow down', (over) => {
  const { refusal, throttleMs } = judgePressure({ ...AT_EASE, ...over })

  expect(refusal).toBe(null)
  expect(throttleMs).toBeGreaterThanOrEqual(3_750)
  expect(throttleMs).toBeLessThanOrEqual(5_000)
})
