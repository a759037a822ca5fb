import { expect, test } from 'vitest'
import type { SendResult } from '../send-result.ts'
import { createReceiverHealth, type ReceiverHealth } from './receiver-health.ts'

const ACKED: SendResult = { kind: 'acked', rejected: [], afterMs: 0 }
const FAILED: SendResult = { kind: 'retry', afterMs: 0, reason: 'refused' }

function setUp() {
  let nowMs = 0
  const health = createReceiverHealth(() => nowMs, () => 1)
  return { health, pass: (ms: number) => void (nowMs += ms) }
}

function attempt(health: ReceiverHealth, result: SendResult | null): void {
  health.begin()(result)
}

test('a receiver that failed is left alone for a second, twice as long after each further failure, a minute at most', () => {
  const { health, pass } = setUp()
  for (const cooldownMs of [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]) {
    attempt(health, FAILED)
    pass(cooldownMs - 1)
    expect(health.isReady()).toBe(false)
    pass(1)
    expect(health.isReady()).toBe(true)
  }
})

test('processes that lost a receiver together do not come back together', () => {
  const readyAfter = (random: number) => {
    let nowMs = 0
    const health = createReceiverHealth(() => nowMs, () => random)
    attempt(health, FAILED)
    while (!health.isReady()) nowMs++
    return nowMs
  }
  expect([readyAfter(0), readyAfter(0.5), readyAfter(1)]).toEqual([500, 750, 1_000])
})

test('after a failure three batches are taken one by one, then all again', () => {
  const { health, pass } = setUp()
  attempt(health, FAILED)
  pass(1_000)
  for (let probe = 0; probe < 3; probe++) {
    const end = health.begin()
    expect(health.isReady()).toBe(false)
    end(ACKED)
    expect(health.isReady()).toBe(true)
  }
  health.begin()
  expect(health.isReady()).toBe(true)
})

test('a failure among the three begins anew, with a longer wait', () => {
  const { health, pass } = setUp()
  attempt(health, FAILED)
  pass(1_000)
  attempt(health, ACKED)
  attempt(health, ACKED)
  attempt(health, FAILED)
  pass(1_999)
  expect(health.isReady()).toBe(false)
  pass(1)
  for (let probe = 0; probe < 3; probe++) attempt(health, ACKED)
  attempt(health, FAILED)
  pass(1_000)
  expect(health.isReady()).toBe(true)
})

test('an answer about the batch itself is a sign of health', () => {
  const { health, pass } = setUp()
  attempt(health, FAILED)
  pass(1_000)
  attempt(health, { kind: 'too_large' })
  attempt(health, { kind: 'refused_batch', reason: 'no' })
  attempt(health, ACKED)
  health.begin()
  expect(health.isReady()).toBe(true)
})

test('an attempt that was called off says nothing', () => {
  const { health } = setUp()
  attempt(health, null)
  expect(health.isReady()).toBe(true)
  expect(health.cost()).toBe(10)
})

test('Retry-After is a time of its own', () => {
  const { health, pass } = setUp()
  attempt(health, { kind: 'retry', afterMs: 30_000, reason: 'status 503' })
  expect(health.blockedMs()).toBe(30_000)
  pass(29_999)
  expect(health.blockedMs()).toBe(1)
  pass(1)
  expect(health.blockedMs()).toBe(0)
})

test('the cost follows latency and load, and knows no difference below 10 ms', () => {
  const { health, pass } = setUp()
  expect(health.cost()).toBe(10)
  const took = (ms: number) => {
    const end = health.begin()
    pass(ms)
    end(ACKED)
  }
  took(3)
  expect(health.cost()).toBe(10)
  for (let at = 0; at < 20; at++) took(100)
  expect(health.cost()).toBeCloseTo(100, 0)
  health.begin()
  expect(health.cost()).toBeCloseTo(200, 0)
})
