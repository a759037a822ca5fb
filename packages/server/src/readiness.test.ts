import { expect, test } from 'vitest'
import { BackPressure } from './journal/back-pressure.ts'
import type { Lag } from './load/loader.ts'
import { watchReadiness } from './readiness.ts'
import type { Receiver } from './receive/receiver.ts'
import { sampleDelivery } from './testing/sample.ts'

const NO_LAG: Lag = { segments: 0, bytes: 0, ageMs: 0, error: null }
const WELL = { storeFault: () => null, alarms: () => [], now: () => 0 }
const TAKES: Receiver = { receive: async () => ({ ack: 'durable', accepted: 1, duplicates: 0, rejected: [] }) }
const REFUSES: Receiver = { receive: () => Promise.reject(new BackPressure('the disk is full', 10_000)) }

test('a server that takes and stores is ready until it stops', () => {
  const watch = watchReadiness({ ...WELL, intake: { receiver: TAKES, lag: () => NO_LAG } })

  const before = watch.readiness()
  watch.stop()

  expect(before).toEqual({ ready: true, checks: { server: 'ok', journal: 'ok', loader: 'ok', store: 'ok' }, alarms: [] })
  expect(watch.readiness()).toMatchObject({ ready: false, checks: { server: 'stopping' } })
})

test('a refusal counts until senders may come again', async () => {
  let now = 0
  const watch = watchReadiness({ ...WELL, intake: { receiver: REFUSES, lag: () => NO_LAG }, now: () => now })

  await expect(watch.receiver?.receive(sampleDelivery())).rejects.toThrow('the disk is full')
  const refusing = watch.readiness()
  now = 10_000

  expect(refusing).toMatchObject({ ready: false, checks: { journal: 'the disk is full' } })
  expect(watch.readiness().ready).toBe(true)
})

test('a store that takes nothing, or too late, is told', () => {
  const failing = watchReadiness({ ...WELL, intake: { receiver: TAKES, lag: () => ({ ...NO_LAG, error: 'the file is damaged' }) } })
  const late = watchReadiness({ ...WELL, intake: { receiver: TAKES, lag: () => ({ ...NO_LAG, ageMs: 90_000 }) } })

  expect(failing.readiness().checks['loader']).toBe('the file is damaged')
  expect(late.readiness().checks['loader']).toBe('90 s of events wait for the store')
})

test('a store that is not there makes the server not ready, an alarm does not', () => {
  const broken = watchReadiness({ ...WELL, intake: { receiver: TAKES, lag: () => NO_LAG }, storeFault: () => 'it cannot be opened' })
  const alarmed = watchReadiness({ ...WELL, intake: { receiver: TAKES, lag: () => NO_LAG }, alarms: () => ['look at this'] })

  expect(broken.readiness()).toMatchObject({ ready: false, checks: { store: 'it cannot be opened' } })
  expect(alarmed.readiness()).toMatchObject({ ready: true, alarms: ['look at this'] })
})

test('a process that takes no events is ready by its store alone', () => {
  const watch = watchReadiness({ ...WELL, intake: null })

  expect([watch.receiver, watch.readiness()]).toEqual([null, { ready: true, checks: { server: 'ok', store: 'ok' }, alarms: [] }])
})
