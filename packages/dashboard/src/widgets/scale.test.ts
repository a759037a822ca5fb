import { expect, test } from 'vitest'
import { toTicks, toTimeTicks } from './scale.ts'

test.each([
  [0, [0, 1]],
  [3, [0, 1, 2, 3]],
  [7, [0, 2, 4, 6, 8]],
  [10, [0, 5, 10]],
  [100, [0, 25, 50, 75, 100]],
  [1_234, [0, 500, 1_000, 1_500]],
])('an axis up to %d has round whole steps', (max, ticks) => {
  expect(toTicks(max, 4)).toEqual(ticks)
})

test('an axis never has more steps than asked for and always reaches its maximum', () => {
  for (let max = 1; max < 5_000; max += 7) {
    const ticks = toTicks(max, 4)
    expect(ticks.length).toBeLessThanOrEqual(5)
    expect(ticks.at(-1)).toBeGreaterThanOrEqual(max)
    expect(ticks.every((tick) => Number.isInteger(tick))).toBe(true)
  }
})

const HOUR_MS = 3_600_000
const hours = (from: number, count: number) => Array.from({ length: count }, (_, at) => from + at * HOUR_MS)

test('a day by hours is labelled at round hours, and midnight as a day', () => {
  const ticks = toTimeTicks(hours(Date.UTC(2026, 10, 21, 14), 24), HOUR_MS, 8, () => 0)
  expect(ticks.map(({ time }) => new Date(time).getUTCHours())).toEqual([15, 18, 21, 0, 3, 6, 9, 12])
  expect(ticks.filter(({ isDay }) => isDay).map(({ index }) => index)).toEqual([10])
})

test('with less room the labels get fewer', () => {
  expect(toTimeTicks(hours(Date.UTC(2026, 10, 21, 14), 24), HOUR_MS, 4, () => 0)).toHaveLength(4)
})

test('days begin at local midnight', () => {
  const ticks = toTimeTicks(hours(Date.UTC(2026, 10, 15, 14), 168), HOUR_MS, 8, () => 330)
  expect(ticks).toHaveLength(7)
  // 00:00 in Kolkata is 18:30 UTC: the first whole interval after it.
  expect(new Date(ticks[0]?.time ?? 0).toISOString()).toBe('2026-11-15T19:00:00.000Z')
  expect(ticks.every(({ isDay }) => isDay)).toBe(true)
})
