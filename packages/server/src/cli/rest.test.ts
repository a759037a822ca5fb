import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { startRest } from './rest.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** What a server does whose event loop is busy by these shares, one for each time that passes. */
function collectionsOf(shares: readonly number[]): readonly number[] {
  let at = 0
  const collections: number[] = []
  const end = startRest({ busyShare: () => shares[at] ?? 0, collect: () => collections.push(at), everyMs: 1_000 })
  for (at = 0; at < shares.length; at++) vi.advanceTimersByTime(1_000)
  end()
  return collections
}

test('a server that becomes quiet gives memory back twice, and then leaves it', () => {
  expect(collectionsOf([0.9, 0.6, 0.01, 0, 0, 0, 0])).toEqual([2, 3])
})

test('it does so again after the next burst, and not while it is busy', () => {
  expect(collectionsOf([0.9, 0, 0.3, 0.05, 0, 0, 0, 0.7, 0])).toEqual([1, 4, 5, 8])
})

test('what has ended does nothing', () => {
  let collections = 0
  startRest({ busyShare: () => 0, collect: () => collections++, everyMs: 1_000 })()
  vi.advanceTimersByTime(10_000)
  expect(collections).toBe(0)
})

/** The heap's room while a burst is held, in a frame of its own: one that goes on may hold the last thing that it saw. */
function measureBurst(): number {
  const burst = Array.from({ length: 2_000_000 }, (_, at) => ({ at }))
  expect(burst).toHaveLength(2_000_000)
  return process.memoryUsage().heapTotal
}

test('memory that a burst took is given back to the system', () => {
  const before = process.memoryUsage().heapTotal
  const during = measureBurst()
  const end = startRest({ busyShare: () => 0, everyMs: 1_000 })
  vi.advanceTimersByTime(2_000)
  end()
  expect(process.memoryUsage().heapTotal - before).toBeLessThan((during - before) / 2)
})
