import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { watchPressure } from './watch-pressure.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }))
afterEach(() => void vi.useRealTimers())

const MIB = 1024 * 1024

function setUp() {
  const load = { journal: 0, backlog: 0, loopLagMs: 0 }
  const told: string[] = []
  const watch = watchPressure({
    lag: () => ({ bytes: load.backlog }),
    journal: () => ({ bytes: load.journal }),
    journalMaxBytes: 1_000 * MIB,
    loopLag: { read: () => load.loopLagMs, stop: () => undefined },
    warn: (message) => told.push(message),
  })
  return { watch, load, told, stop: () => watch.stop() }
}

test('the wait for a full journal follows from how fast the store drains it', () => {
  const { watch, load, stop } = setUp()
  load.backlog = 1_000 * MIB
  vi.advanceTimersByTime(1_000)

  // Ten seconds of a store that takes 20 MiB in each.
  for (let second = 0; second < 10; second++) {
    load.backlog -= 20 * MIB
    vi.advanceTimersByTime(1_000)
  }
  load.journal = 1_000 * MIB

  const waitMs = watch.pressure().refusal?.retryAfterMs ?? 0
  expect(waitMs).toBeGreaterThan(40_000)
  expect(waitMs).toBeLessThan(42_000)
  stop()
})

test('that events are refused, and taken again, is told once each', () => {
  const { load, told, stop } = setUp()

  load.journal = 1_000 * MIB
  vi.advanceTimersByTime(5_000)
  load.journal = 0
  vi.advanceTimersByTime(5_000)

  expect(told).toEqual(['events are refused: the journal has reached its 1048576000 bytes; the store is behind', 'events are taken again'])
  stop()
})

test('an event loop that is late for seconds refuses, one that is late once does not', () => {
  const { watch, load, stop } = setUp()

  load.loopLagMs = 800
  vi.advanceTimersByTime(1_000)
  expect(watch.pressure().refusal).toBe(null)
  vi.advanceTimersByTime(1_000)
  expect(watch.pressure().refusal?.reason).toMatch(/^the event loop is \d+ ms late$/)
  stop()
})
