import { assert, constantFrom, integer, property } from 'fast-check'
import { expect, test } from 'vitest'
import { openAccessPattern } from './access-pattern.ts'
import type { Memory } from './detector.ts'

const CONDITION = { kind: 'accessPattern', probability: 0.01, withinMinutes: 60, minEvents: 500 } as const
const MINUTE = 60_000

/** Goes through endpoints, a minute apart. */
function walk(memory: Memory, endpoints: readonly string[], from = 0): readonly (string | null)[] {
  return endpoints.map((endpoint, at) => memory.take({ time: (from + at) * MINUTE, endpoint, ip: null }))
}
/** A walk without a pattern, the same for the same seed. */
function toWalk(seed: number, count: number, routes: number): readonly string[] {
  let state = seed
  return Array.from({ length: count }, () => `GET /${(state = (state * 48_271) % 2_147_483_647) % routes}`)
}
const times = (count: number, endpoints: readonly string[]) => Array.from({ length: count }, () => endpoints).flat()

test('a step that was never made is told of once there is enough to tell by, and learnt', () => {
  const memory = openAccessPattern(CONDITION, null)
  expect(walk(memory, times(300, ['GET /a', 'GET /b'])).every((finding) => finding === null)).toBe(true)
  expect(walk(memory, ['GET /a', 'DELETE /b'], 600)).toEqual([null, 'went from GET /a to DELETE /b, as it did 0 of 300 times'])
})

test('nothing is told before enough requests were seen, nor of requests that are too far apart', () => {
  const early = openAccessPattern(CONDITION, null)
  walk(early, times(200, ['GET /a', 'GET /b']))
  expect(walk(early, ['GET /a', 'DELETE /b'], 400)).toEqual([null, null])
  const later = openAccessPattern(CONDITION, null)
  walk(later, times(300, ['GET /a', 'GET /b']))
  expect(walk(later, ['DELETE /b'], 700)).toEqual([null])
})

test('steps that are all about as usual are none of them unusual, however many there are', () => {
  const memory = openAccessPattern(CONDITION, null)
  expect(walk(memory, toWalk(7, 5_000, 12)).filter((finding) => finding !== null).length).toBeLessThan(5)
})

test('what was saved goes on as if it had not been, and stays small', () => {
  assert(
    property(integer({ min: 1, max: 1_000 }), constantFrom(3, 40, 2_000), (seed, routes) => {
      const endpoints = toWalk(seed, 3_000, routes)
      const whole = openAccessPattern(CONDITION, null)
      const first = openAccessPattern(CONDITION, null)
      walk(whole, endpoints)
      walk(first, endpoints.slice(0, 1_700))
      const second = openAccessPattern(CONDITION, first.save(0))
      walk(second, endpoints.slice(1_700), 1_700)
      expect(JSON.parse(second.save(0))).toEqual(JSON.parse(whole.save(0)))
      expect(whole.save(0).length).toBeLessThan(60_000)
    }),
    { numRuns: 10 },
  )
})

test('a new way of use becomes usual', () => {
  const memory = openAccessPattern(CONDITION, null)
  walk(memory, times(5_500, ['GET /a', 'GET /b']))
  const found = walk(memory, times(3_000, ['GET /a', 'GET /c']), 11_000).filter((finding) => finding !== null).length
  expect(found).toBeGreaterThan(0)
  expect(walk(memory, ['GET /a', 'GET /c'], 20_000)).toEqual([null, null])
})

test('an endpoint may have any name', () => {
  const memory = openAccessPattern({ ...CONDITION, minEvents: 1 }, null)
  walk(memory, times(200, ['__proto__', 'constructor']))
  const again = openAccessPattern({ ...CONDITION, minEvents: 1 }, memory.save(0))
  expect(walk(again, ['__proto__', 'toString'], 400)).toEqual([null, 'went from __proto__ to toString, as it did 0 of 200 times'])
})
