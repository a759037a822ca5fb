import { expect, test } from 'vitest'
import { correctTime } from './clock.ts'

const receivedAt = Date.UTC(2026, 5, 1, 12)
const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

test('a time from a right clock stays, also when the batch waited a day before it was sent', () => {
  const time = receivedAt - DAY_MS
  expect(correctTime(time, { sentAt: receivedAt - 20_000, receivedAt })).toEqual({ time, adjusted: false })
})

test('a clock that is off is corrected by how far it is off', () => {
  const hourBehind = receivedAt - 60 * MINUTE_MS
  expect(correctTime(hourBehind - 5_000, { sentAt: hourBehind, receivedAt })).toEqual({ time: receivedAt - 5_000, adjusted: true })
  const yearAhead = receivedAt + 365 * DAY_MS
  expect(correctTime(yearAhead - 5_000, { sentAt: yearAhead, receivedAt })).toEqual({ time: receivedAt - 5_000, adjusted: true })
})

test('what stays impossible happened on arrival', () => {
  expect(correctTime(receivedAt + 6 * MINUTE_MS, { sentAt: receivedAt, receivedAt })).toEqual({ time: receivedAt, adjusted: true })
  expect(correctTime(receivedAt - 8 * DAY_MS, { sentAt: receivedAt, receivedAt })).toEqual({ time: receivedAt, adjusted: true })
  expect(correctTime(0, { sentAt: receivedAt, receivedAt })).toEqual({ time: receivedAt, adjusted: true })
})

test('a time that is no time, or before 1970, happened on arrival', () => {
  for (const time of [Number.NaN, -1, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]) {
    expect(correctTime(time, { sentAt: null, receivedAt })).toEqual({ time: receivedAt, adjusted: true })
  }
})

test('a fraction of a millisecond is rounded', () => {
  expect(correctTime(receivedAt - 0.4, { sentAt: null, receivedAt })).toEqual({ time: receivedAt, adjusted: false })
})

test('of a sender that does not tell its clock, only a future is corrected', () => {
  const lastYear = receivedAt - 365 * DAY_MS
  expect(correctTime(lastYear, { sentAt: null, receivedAt })).toEqual({ time: lastYear, adjusted: false })
  expect(correctTime(receivedAt + 4 * MINUTE_MS, { sentAt: null, receivedAt })).toEqual({ time: receivedAt + 4 * MINUTE_MS, adjusted: false })
  expect(correctTime(receivedAt + 2 * 60 * MINUTE_MS, { sentAt: null, receivedAt })).toEqual({ time: receivedAt, adjusted: true })
})
