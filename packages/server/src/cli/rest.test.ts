import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
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

/** A process of its own: in this one other tests and the runner hold what they like. Some 60 MB of room for new objects it keeps. */
const BURST = `
import { setTimeout } from 'node:timers/promises'
import { startRest } from ${JSON.stringify(new URL('rest.ts', import.meta.url).href)}
const heap = () => process.memoryUsage().heapTotal
const before = heap()
function measureBurst() {
  const burst = Array.from({ length: 6_000_000 }, (_, at) => ({ at }))
  return burst.length > 0 ? heap() : 0
}
const during = measureBurst()
const end = startRest({ busyShare: () => 0, everyMs: 20 })
await setTimeout(500)
end()
console.log(JSON.stringify({ taken: during - before, left: heap() - before }))
`

test('memory that a burst took is given back to the system', async () => {
  vi.useRealTimers()
  const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', '--conditions=@wayside/source', '--input-type=module', '--eval', BURST])
  const { taken, left } = JSON.parse(stdout) as { readonly taken: number; readonly left: number }
  expect(taken).toBeGreaterThan(50_000_000)
  expect(left).toBeLessThan(taken / 2)
})
