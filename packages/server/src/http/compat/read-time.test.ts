import { expect, test } from 'vitest'
import { readTime } from './read-time.ts'

const NOON = Date.UTC(2026, 0, 1, 12)

test.each([
  ['Node: milliseconds and Z', '2026-01-01T12:00:00.123Z', NOON + 123],
  ['Python: microseconds and no zone', '2026-01-01T12:00:00.123456', NOON + 123],
  ['Python: whole seconds and no zone', '2026-01-01T12:00:00', NOON],
  ['Go: an offset and no fraction', '2026-01-01T14:00:00+02:00', NOON],
  ['Go: nanoseconds', '2026-01-01T12:00:00.123456789Z', NOON + 123],
  ['Rust: an offset of zero', '2026-01-01T12:00:00.123456789+00:00', NOON + 123],
  ['Ruby and PHP: Z and no fraction', '2026-01-01T12:00:00Z', NOON],
  ['C#: milliseconds and a half-hour offset', '2026-01-01T17:30:00.123+05:30', NOON + 123],
  ['PostgreSQL: a space and a short offset', '2026-01-01 07:00:00-05', NOON],
  ['an offset without a colon', '2026-01-01T07:00:00-0500', NOON],
  ['a comma before the fraction', '2026-01-01T12:00:00,5Z', NOON + 500],
  ['minutes only', '2026-01-01T12:00Z', NOON],
  ['a day', '2026-01-01', NOON - 12 * 3_600_000],
  ['an HTTP date', 'Thu, 01 Jan 2026 12:00:00 GMT', NOON],
  ['seconds', NOON / 1_000, NOON],
  ['seconds with a fraction', NOON / 1_000 + 0.123, NOON + 123],
  ['milliseconds', NOON, NOON],
  ['microseconds', NOON * 1_000, NOON],
  ['nanoseconds as text', `${NOON}000000`, NOON],
])('reads %s', (_name, value, expected) => {
  expect(readTime(value)).toBe(expected)
})

test.each([
  [null],
  [undefined],
  [''],
  ['yesterday'],
  ['2026-02-30T00:00:00Z'],
  ['2026-13-01'],
  ['2026-01-01T25:00:00Z'],
  [-1],
  [0],
  [Number.NaN],
  [1e30],
  [{}],
  ['9'.repeat(1_000)],
])('takes %j for no time', (value) => {
  expect(readTime(value)).toBeNull()
})
