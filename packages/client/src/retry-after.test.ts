import { expect, test } from 'vitest'
import { parseRetryAfter } from './retry-after.ts'

const NOW = Date.UTC(2026, 0, 31, 12)

test.each([
  [null, null],
  ['0', 0],
  ['120', 120_000],
  [' 5 ', 5_000],
  ['Sat, 31 Jan 2026 12:00:30 GMT', 30_000],
  ['Sat, 31 Jan 2026 11:00:00 GMT', 0],
  ['soon', null],
  ['-5', 0],
  ['', null],
])('Retry-After: %s asks to wait %s ms', (header, ms) => {
  expect(parseRetryAfter(header, NOW)).toBe(ms)
})
