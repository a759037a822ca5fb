import type { BatchReceipt } from '@wayside/protocol'
import { expect, test } from 'vitest'
import type { Principal } from '../registry/registry.ts'
import { sampleDelivery, sampleEvents } from '../testing/sample.ts'
import { createIntakeGate } from './intake-gate.ts'
import type { Pressure } from './pressure/judge-pressure.ts'

const RECEIPT: BatchReceipt = { ack: 'durable', accepted: 1, duplicates: 0, rejected: [] }
const AT_EASE: Pressure = { refusal: null, throttleMs: null }

const principal = (keyId: string): Principal => ({
  keyId,
  kind: 'ingest',
  project: { id: 1, publicId: 'p', name: 'shop', privacyFloor: 0, timeZone: 'UTC', eventDays: null, rollupDays: null, createdAt: 0 },
})

function setUp() {
  let ms = 0
  let pressure = AT_EASE
  const gate = createIntakeGate({
    settings: { keyEventsPerSecond: 100, keyBytesPerSecond: 1_000 },
    receiver: { receive: async () => RECEIPT },
    pressure: () => pressure,
    monotonicMs: () => ms,
  })
  return {
    gate,
    pass: (passedMs: number) => (ms += passedMs),
    press: (next: Pressure) => (pressure = next),
    refusal(keyId = 'a') {
      try {
        gate.admit(principal(keyId))
        return null
      } catch (error) {
        return error
      }
    },
  }
}

const refused = (status: number, rule: string, least: number, most: number) => ({
  status,
  rule,
  headers: { 'retry-after': expect.toSatisfy((seconds) => Number(seconds) >= least && Number(seconds) <= most) },
})

test('a key that has sent more than its rate in ten seconds waits until the debt is paid; another key does not', async () => {
  const { gate, refusal, pass } = setUp()

  await gate.receive(principal('a'), sampleDelivery({ events: sampleEvents(1_500) }))

  expect(refusal()).toMatchObject(refused(429, 'key-rate', 5, 8))
  expect(refusal('b')).toBe(null)
  pass(5_000)
  expect(refusal()).toBe(null)
})

test('so does one that has sent more bytes', () => {
  const { gate, refusal, pass } = setUp()

  gate.weigh(principal('a'), 30_000)

  expect(refusal()).toMatchObject({ ...refused(429, 'key-rate', 20, 30), message: expect.stringContaining('--key-mib-per-second') })
  pass(20_000)
  expect(refusal()).toBe(null)
})

test('a server without room refuses everyone for as long as it takes', () => {
  const { refusal, press } = setUp()

  press({ refusal: { reason: 'the journal is full', retryAfterMs: 20_000 }, throttleMs: null })

  expect(refusal()).toMatchObject({ ...refused(503, 'server-room', 20, 30), message: expect.stringContaining('the journal is full') })
})

test('a server near its limits takes events and asks the sender to slow down', async () => {
  const { gate, press } = setUp()

  const atEase = await gate.receive(principal('a'), sampleDelivery())
  press({ refusal: null, throttleMs: 4_000 })
  const strained = await gate.receive(principal('a'), sampleDelivery())

  expect([atEase, strained]).toEqual([RECEIPT, { ...RECEIPT, throttle: { retryAfterMs: 4_000 } }])
})
