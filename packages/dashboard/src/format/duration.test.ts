import { expect, test } from 'vitest'
import { formatAge, formatDuration } from './duration.ts'

test.each([
  [null, '–'],
  [0, '0 ms'],
  [0.004, '<0.01 ms'],
  [0.4234, '0.42 ms'],
  [12.34, '12.3 ms'],
  [999.4, '999 ms'],
  [999.6, '1 s'],
  [1_284, '1.28 s'],
  [60_000, '1 min'],
  [126_000, '2.1 min'],
  [7_200_000, '2 h'],
])('a duration of %s ms is written %s', (durationMs, text) => {
  expect(formatDuration(durationMs)).toBe(text)
})

test.each([
  [-5_000, 'now'],
  [999, 'now'],
  [1_000, '1 s ago'],
  [59_999, '59 s ago'],
  [60_000, '1 min ago'],
  [3_599_999, '59 min ago'],
  [7_200_000, '2 h ago'],
  [172_800_000, '2 d ago'],
])('an age of %d ms is written %s', (ageMs, text) => {
  expect(formatAge(ageMs)).toBe(text)
})
