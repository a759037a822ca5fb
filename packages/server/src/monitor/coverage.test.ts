import { MONITOR_STATES } from '@wayside/protocol'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { addCoverage, HOUR_MS, isWithin, NO_COVERAGE, toCovered, toHours, uptimeOf, type Coverage, type Span } from './coverage.ts'

const total = (hours: ReadonlyMap<number, Coverage>) => [...hours.values()].reduce(addCoverage, NO_COVERAGE)

test('a check stands for the time to the next one, and for no more than one and a half intervals', () => {
  expect(toCovered(1_000, 61_000, 60_000)).toEqual({ from: 1_000, to: 61_000 })
  expect(toCovered(1_000, 500_000, 60_000)).toEqual({ from: 1_000, to: 91_000 })
  expect(toCovered(1_000, 500, 60_000)).toEqual({ from: 1_000, to: 1_000 })
})

test('uptime is by time: of an hour, six minutes down are a tenth, however often was asked', () => {
  const up = total(toHours({ from: 0, to: 54 * 60_000 }, 'up', []))
  const down = total(toHours({ from: 54 * 60_000, to: HOUR_MS }, 'down', []))

  expect(uptimeOf(addCoverage(up, down))).toBe(0.9)
  expect(uptimeOf(NO_COVERAGE)).toBeNull()
})

test('maintenance counts for nothing', () => {
  const hours = toHours({ from: 0, to: 2 * HOUR_MS }, 'down', [{ from: HOUR_MS / 2, to: 3 * HOUR_MS }])

  expect([...hours.values()]).toEqual([
    { ...NO_COVERAGE, downMs: HOUR_MS / 2, maintenanceMs: HOUR_MS / 2 },
    { ...NO_COVERAGE, maintenanceMs: HOUR_MS },
  ])
})

test('hours add up to the stretch, and agree with a look at each moment', () => {
  const MOMENT = 60_000
  const span = fc.tuple(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 300 })).map(([from, length]): Span => ({ from: from * MOMENT, to: (from + length) * MOMENT }))
  fc.assert(
    fc.property(span, fc.constantFrom(...MONITOR_STATES), fc.array(span, { maxLength: 5 }), (stretch, state, windows) => {
      const seen = new Map<number, Coverage>()
      for (let at = stretch.from; at < stretch.to; at += MOMENT) {
        const hour = Math.floor(at / HOUR_MS) * HOUR_MS
        const key = isWithin(at, windows) ? 'maintenanceMs' : (`${state}Ms` as const)
        seen.set(hour, addCoverage(seen.get(hour) ?? NO_COVERAGE, { ...NO_COVERAGE, [key]: MOMENT }))
      }
      expect(toHours(stretch, state, windows)).toEqual(seen)
    }),
  )
})
