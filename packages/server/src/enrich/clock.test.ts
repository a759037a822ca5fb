import { expect, test } from 'vitest'
import { correctTime } from './clock.ts'

const receivedAt = Date.UTC(2026, 5, 1, 12)
const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000
const YEAR_MS = 365 * DAY_MS

const right = (time: number) => ({ time, adjusted: false, wallTime: null })
const onArrival = (wallTime: number | null) => ({ time: receivedAt, adjusted: true, wallTime })

test('a time from a right clock stays, also when the batch waited a day before it was sent', () => {
  const time = receivedAt - DAY_MS
  expect(correctTime(time, { sentAt: receivedAt - 20_000, receivedAt })).toEqual(right(time))
})

test.each([-10 * YEAR_MS, -HOUR_MS, -31_000, 31_000, HOUR_MS, 10 * YEAR_MS])('row 33: a clock that is off by %i ms is corrected by that, and what it said is kept', (off) => {
  const sentAt = receivedAt + off
  expect(correctTime(sentAt - 5_000, { sentAt, receivedAt })).toEqual({ time: receivedAt - 5_000, adjusted: true, wallTime: sentAt - 5_000 })
})

test('row 33: a clock that jumped between an event and its delivery puts it on arrival, not into another year', () => {
  const before = receivedAt - 10 * YEAR_MS
  const after = receivedAt + 10 * YEAR_MS
  expect(correctTime(before, { sentAt: receivedAt, receivedAt })).toEqual(onArrival(before))
  expect(correctTime(after, { sentAt: receivedAt, receivedAt })).toEqual(onArrival(after))
})

test('what stays impossible happened on arrival', () => {
  const at = { sentAt: receivedAt, receivedAt }
  expect(correctTime(receivedAt + 6 * MINUTE_MS, at)).toEqual(onArrival(receivedAt + 6 * MINUTE_MS))
  expect(correctTime(receivedAt - 8 * DAY_MS, at)).toEqual(onArrival(receivedAt - 8 * DAY_MS))
})

test.each([
  ['1970', 0],
  ['before 1970', -1],
  ['2286, in seconds that were taken for milliseconds', 9_999_999_999_999],
  ['seconds', receivedAt / 1_000],
  ['microseconds', receivedAt * 1_000],
  ['nanoseconds', receivedAt * 1_000_000],
])('row 55: a time in %s is put on arrival, whether the sender tells its clock or not', (_unit, time) => {
  for (const sentAt of [receivedAt, null])
    expect(correctTime(time, { sentAt, receivedAt })).toEqual(onArrival(Number.isSafeInteger(time) ? time : null))
})

test.each([Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 1e300])('row 55: %d is no time, so that the event happened on arrival', (time) => {
  for (const sentAt of [receivedAt, null]) expect(correctTime(time, { sentAt, receivedAt })).toEqual(onArrival(null))
})

test('row 55: a sender whose own clock is nonsense is corrected by the same nonsense', () => {
  expect(correctTime(5, { sentAt: 10, receivedAt })).toEqual({ time: receivedAt - 5, adjusted: true, wallTime: 5 })
  expect(correctTime(receivedAt, { sentAt: 0, receivedAt })).toEqual(onArrival(receivedAt))
})

test('row 55: whatever the times are, an event falls on one of eight days, of a sender without a clock on one of 402', () => {
  const days = (sentAt: number | null) =>
    new Set(
      Array.from({ length: 20_000 }, (_, at) => (at - 10_000) * DAY_MS).map((off) => Math.floor(correctTime(receivedAt + off, { sentAt, receivedAt }).time / DAY_MS)),
    ).size

  expect(days(receivedAt)).toBeLessThanOrEqual(8)
  expect(days(null)).toBeLessThanOrEqual(402)
})

test('a fraction of a millisecond is rounded', () => {
  expect(correctTime(receivedAt - 0.4, { sentAt: null, receivedAt })).toEqual(right(receivedAt))
})

test('of a sender that does not tell its clock, only a future and a far past are corrected', () => {
  const lastYear = receivedAt - YEAR_MS
  expect(correctTime(lastYear, { sentAt: null, receivedAt })).toEqual(right(lastYear))
  expect(correctTime(receivedAt + 4 * MINUTE_MS, { sentAt: null, receivedAt })).toEqual(right(receivedAt + 4 * MINUTE_MS))
  expect(correctTime(receivedAt + 2 * HOUR_MS, { sentAt: null, receivedAt })).toEqual(onArrival(receivedAt + 2 * HOUR_MS))
  expect(correctTime(receivedAt - 401 * DAY_MS, { sentAt: null, receivedAt })).toEqual(onArrival(receivedAt - 401 * DAY_MS))
})
