import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { OTHER, createCardinalityGuard } from './cardinality-guard.ts'

const DAY_MS = 86_400_000

function setUp(maxValues: number) {
  let ms = 1_000 * DAY_MS
  const full: number[] = []
  const guard = createCardinalityGuard({ maxValues, now: () => ms, onFull: (projectId) => full.push(projectId) })
  return { guard, full, pass: (passedMs: number) => (ms += passedMs) }
}

test('row 56: values past the bound are one, those that were first stay themselves, and it is told once', () => {
  const { guard, full } = setUp(2)

  expect(['/a', '/b', '/c', null, '/a', '/d'].map((route) => guard.admit(1, route))).toEqual(['/a', '/b', OTHER, null, '/a', OTHER])
  expect(full).toEqual([1])
})

test("row 56: one project's values cost another none", () => {
  const { guard, full } = setUp(1)

  expect([guard.admit(1, '/a'), guard.admit(1, '/b'), guard.admit(2, '/b')]).toEqual(['/a', OTHER, '/b'])
  expect(full).toEqual([1])
})

test('row 56: the next day has room again, and yesterday keeps its places even against a crowd', () => {
  const { guard, full, pass } = setUp(2)
  for (const route of ['/a', '/b', '/c']) guard.admit(1, route)

  pass(DAY_MS)

  expect(['/x', '/y', '/z', '/a', '/b'].map((route) => guard.admit(1, route))).toEqual(['/x', '/y', OTHER, '/a', '/b'])
  expect(full).toEqual([1, 1])
  pass(2 * DAY_MS)
  expect(['/p', '/q', '/a'].map((route) => guard.admit(1, route))).toEqual(['/p', '/q', '/a'])
})

test('row 56: a clock that was set back is another day, not the end of the bound', () => {
  const { guard, pass } = setUp(1)
  guard.admit(1, '/a')

  pass(-3_650 * DAY_MS)

  expect([guard.admit(1, '/b'), guard.admit(1, '/c')]).toEqual(['/b', OTHER])
})

test('row 56: a million values take no more memory than those that are let in', () => {
  const { guard } = setUp(10_000)
  for (let at = 0; at < 10_000; at++) guard.admit(1, `consumer ${at}`)
  const before = measureHeap()

  let others = 0
  for (let at = 10_000; at < 1_000_000; at++) if (guard.admit(1, `consumer ${at}`) === OTHER) others++

  // Some share their 32 bits with one that was let in.
  expect(others).toBeGreaterThan(989_900)
  expect(measureHeap() - before).toBeLessThan(1024 * 1024)
})

/** Bytes of the heap that are in use once all that can be freed is freed. */
function measureHeap(): number {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect === 'function') collect()
  return process.memoryUsage().heapUsed
}
