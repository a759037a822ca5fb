import { expect, test } from 'vitest'
import { toRangePhrase, toRangeWords } from './range-words.ts'

test('a range is named as people say it', () => {
  expect(toRangePhrase({ range: '24h' })).toBe('in the last 24 hours')
  expect(toRangePhrase({ range: 'today' })).toBe('today')
  expect(toRangeWords({ range: 'thisWeek' }).before).toBe('the same time last week')
})

test("a range of the reader's own is named by its edges", () => {
  expect(toRangeWords({ range: { from: '2026-01-01', to: '2026-01-31' } }).short).toBe('2026-01-01 – 2026-01-31')
  expect(toRangeWords({ range: { from: '2026-01-01', to: '2026-01-01' } }).short).toBe('2026-01-01')
  expect(toRangeWords({ range: { from: '2026-01-01T09:00Z', to: '2026-01-01T10:30Z' } }).short).toBe('2026-01-01 09:00 UTC – 2026-01-01 10:30 UTC')
})
