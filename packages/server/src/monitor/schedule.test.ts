import { randomUUID } from 'node:crypto'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { isMissed, nextCheckAt } from './schedule.ts'

const NOW = 1_700_000_000_000

test('checks follow each other at the interval, give or take the jitter', () => {
  const interval = fc.integer({ min: 20_000, max: 86_400_000 })
  const random = fc.double({ min: 0, max: 0.999, noNaN: true })
  fc.assert(
    fc.property(fc.uuid(), interval, fc.integer({ min: 0, max: 2_000_000_000_000 }), random, random, (publicId, intervalMs, now, one, other) => {
      const first = nextCheckAt({ publicId, intervalMs, undecided: false, now, random: one })
      const second = nextCheckAt({ publicId, intervalMs, undecided: false, now: first, random: other })
      expect(first).toBeGreaterThan(now)
      expect(Math.abs(second - first - intervalMs)).toBeLessThanOrEqual(intervalMs * 0.1)
    }),
  )
})

test('a decision waits for 20 s, or the interval where that is less', () => {
  const input = { publicId: 'x', undecided: true, now: NOW, random: 0.5 }
  expect(nextCheckAt({ ...input, intervalMs: 300_000 })).toBe(NOW + 20_000)
  expect(nextCheckAt({ ...input, intervalMs: 5_000 })).toBe(NOW + 5_000)
})

test('many monitors that were due while the server was off are spread over their interval', () => {
  const due = Array.from({ length: 600 }, () => nextCheckAt({ publicId: randomUUID(), intervalMs: 60_000, undecided: false, now: NOW, random: 0 }))
  const perSecond = new Map<number, number>()
  for (const each of due) perSecond.set(Math.floor(each / 1_000), (perSecond.get(Math.floor(each / 1_000)) ?? 0) + 1)

  expect(Math.max(...perSecond.values())).toBeLessThan(40)
  expect(isMissed(NOW - 60_001, 60_000, NOW)).toBe(true)
  expect(isMissed(NOW - 60_000, 60_000, NOW)).toBe(false)
})
