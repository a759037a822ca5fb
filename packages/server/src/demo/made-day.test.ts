import { expect, test } from 'vitest'
import { DAY_MS, toMadeDay } from './made-day.ts'

const MONDAY = 20_780

test('a day is the same whenever it is made, and another day is another', () => {
  expect(toMadeDay(MONDAY)).toEqual(toMadeDay(MONDAY))
  expect(toMadeDay(MONDAY).events[0]).not.toEqual(toMadeDay(MONDAY + 1).events[0])
})

test('a month has its requests in their order, fewer at weekends, with some that fail', () => {
  const days = Array.from({ length: 30 }, (_, at) => ({ day: MONDAY + at, ...toMadeDay(MONDAY + at) }))
  for (const { day, events } of days) {
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => at))
    expect(events.map(({ time }) => time)).toEqual(events.map(({ time }) => time).toSorted((a, b) => a - b))
    expect(events.every(({ time }) => Math.floor(time / DAY_MS) === day)).toBe(true)
    expect(events.length < 650).toBe([0, 6].includes(new Date(day * DAY_MS).getUTCDay()))
  }
  const failed = days.map(({ events }) => events.filter(({ status }) => status >= 500).length)
  expect(Math.max(...failed)).toBeGreaterThan(2 * (failed.toSorted((a, b) => a - b)[15] ?? 0))
  expect(new Set(days.map(({ producerId }) => producerId)).size).toBe(30)
})
