import { expect, test } from 'vitest'
import { createDateFormat } from './date.ts'

const at = Date.UTC(2026, 10, 22, 13, 5, 30)

test('instants are written in the given zone', () => {
  const berlin = createDateFormat('Europe/Berlin')
  expect(berlin.timeZone).toBe('Europe/Berlin')
  expect(berlin.time(at)).toBe('14:05')
  expect(berlin.day(at)).toBe('22 Nov')
  expect(berlin.interval(at, at + 60_000)).toBe('Sun 22 Nov, 14:05')
  expect(berlin.interval(Date.UTC(2026, 10, 22, 22), Date.UTC(2026, 10, 23))).toBe('Sun 22 Nov, 23:00–01:00')
  expect(berlin.interval(Date.UTC(2026, 10, 21, 23), Date.UTC(2026, 10, 22, 23))).toBe('Sun 22 Nov')
  expect(berlin.interval(Date.UTC(2026, 10, 15, 23), Date.UTC(2026, 10, 22, 23))).toBe('Mon 16 Nov – Sun 22 Nov')
  expect(berlin.instant(at + 42)).toBe('22 Nov 2026, 14:05:30.042')
})

test('a day on which a clock is moved is whole too', () => {
  const berlin = createDateFormat('Europe/Berlin')
  expect(berlin.interval(Date.UTC(2026, 9, 24, 22), Date.UTC(2026, 9, 25, 23))).toBe('Sun 25 Oct')
})

test('the offset follows daylight saving and half hours', () => {
  expect(createDateFormat('Europe/Berlin').offsetMinutes(at)).toBe(60)
  expect(createDateFormat('Europe/Berlin').offsetMinutes(Date.UTC(2026, 6, 1))).toBe(120)
  expect(createDateFormat('Asia/Kolkata').offsetMinutes(at)).toBe(330)
  expect(createDateFormat('America/St_Johns').offsetMinutes(at)).toBe(-210)
})

test('without a zone it takes the one of the machine', () => {
  expect(createDateFormat().timeZone).toBe(Intl.DateTimeFormat().resolvedOptions().timeZone)
})
