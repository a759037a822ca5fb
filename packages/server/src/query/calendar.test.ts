import { TIME_GRAINS, type TimeGrain } from '@wayside/protocol'
import * as fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { expect, test } from 'vitest'
import { createCalendar, toZoned } from './calendar.ts'

const at = (text: string, timeZone: string) => Temporal.PlainDateTime.from(text).toZonedDateTime(timeZone).epochMilliseconds

/** Starts from `from` on, as a clock on the wall shows them. */
function startsFrom(from: string, timeZone: string, grain: TimeGrain, count: number): readonly string[] {
  const calendar = createCalendar(grain, timeZone)
  const starts: number[] = []
  for (let start = calendar.startOf(at(from, timeZone)); starts.length < count; start = calendar.next(start)) starts.push(start)
  return starts.map((start) => {
    const zoned = toZoned(start, timeZone)
    return `${zoned.toPlainDateTime().toString({ smallestUnit: 'minute' })}${zoned.offset}`
  })
}

test('hours of a day on which clocks are put forward are 23, and put back 25', () => {
  expect(startsFrom('2026-03-29T01:00', 'Europe/Berlin', 'hour', 3)).toEqual(['2026-03-29T01:00+01:00', '2026-03-29T03:00+02:00', '2026-03-29T04:00+02:00'])
  expect(startsFrom('2026-10-25T01:00', 'Europe/Berlin', 'hour', 4)).toEqual(['2026-10-25T01:00+02:00', '2026-10-25T02:00+02:00', '2026-10-25T02:00+01:00', '2026-10-25T03:00+01:00'])
})

test('where clocks move by half an hour, two hours are half ones or none', () => {
  expect(startsFrom('2026-04-05T01:00', 'Australia/Lord_Howe', 'hour', 4)).toEqual(['2026-04-05T01:00+11:00', '2026-04-05T01:30+10:30', '2026-04-05T02:00+10:30', '2026-04-05T03:00+10:30'])
  expect(startsFrom('2026-10-04T01:00', 'Australia/Lord_Howe', 'hour', 3)).toEqual(['2026-10-04T01:00+10:30', '2026-10-04T02:30+11:00', '2026-10-04T03:00+11:00'])
})

test.each([
  ['Asia/Kolkata', '2026-01-01T00:00+05:30'],
  ['Asia/Kathmandu', '2026-01-01T00:00+05:45'],
  ['Australia/Eucla', '2026-01-01T00:00+08:45'],
  ['America/St_Johns', '2026-01-01T00:00-03:30'],
  ['Pacific/Kiritimati', '2026-01-01T00:00+14:00'],
])('in %s every interval begins with the clock', (timeZone, first) => {
  for (const grain of ['hour', 'day', 'month'] as const) expect(startsFrom('2026-01-01T00:10', timeZone, grain, 1)).toEqual([first])
})

test('a day without a midnight begins at one, and one with two of them with the first', () => {
  expect(startsFrom('2026-04-24T05:00', 'Africa/Cairo', 'day', 2)).toEqual(['2026-04-24T01:00+03:00', '2026-04-25T00:00+03:00'])
  expect(startsFrom('2025-11-02T12:00', 'America/Havana', 'day', 2)).toEqual(['2025-11-02T00:00-04:00', '2025-11-03T00:00-05:00'])
})

test('a date that a time zone left out is no day', () => {
  expect(startsFrom('2011-12-29T12:00', 'Pacific/Apia', 'day', 2)).toEqual(['2011-12-29T00:00-10:00', '2011-12-31T00:00+14:00'])
})

test('weeks begin on Monday and months with their first day, over the turn of a year', () => {
  expect(startsFrom('2026-01-01T12:00', 'UTC', 'week', 2)).toEqual(['2025-12-29T00:00+00:00', '2026-01-05T00:00+00:00'])
  expect(startsFrom('2025-12-31T12:00', 'UTC', 'month', 3)).toEqual(['2025-12-01T00:00+00:00', '2026-01-01T00:00+00:00', '2026-02-01T00:00+00:00'])
})

const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'America/St_Johns', 'America/Havana', 'America/Sao_Paulo', 'Africa/Cairo', 'Asia/Kathmandu', 'Asia/Tehran', 'Australia/Lord_Howe', 'Pacific/Apia', 'Pacific/Chatham']

test('every instant is in exactly one interval, which is the one that its start names', () => {
  const instant = fc.integer({ min: Date.UTC(1980, 0, 1), max: Date.UTC(2037, 0, 1) })
  fc.assert(
    fc.property(instant, fc.constantFrom(...ZONES), fc.constantFrom(...TIME_GRAINS), (time, timeZone, grain) => {
      const calendar = createCalendar(grain, timeZone)
      const start = calendar.startOf(time)
      const next = calendar.next(start)
      expect(start).toBeLessThanOrEqual(time)
      expect(next).toBeGreaterThan(start)
      expect(calendar.startOf(start)).toBe(start)
      expect(calendar.startOf(next)).toBe(next)
      // A minute that a clock shows twice may belong to the day before, though the next one has begun.
      if (!isShownTwice(time, timeZone)) expect(next).toBeGreaterThan(time)
    }),
    { numRuns: 2_000 },
  )
})

function isShownTwice(time: number, timeZone: string): boolean {
  const zoned = toZoned(time, timeZone)
  const shown = (disambiguation: 'earlier' | 'later') => zoned.toPlainDateTime().toZonedDateTime(timeZone, { disambiguation }).epochMilliseconds
  return shown('earlier') !== shown('later')
}
