import { expect, test } from 'vitest'
import { toSearchFilter } from './search.ts'

test('what is searched for is text, not a pattern', () => {
  expect(toSearchFilter('endpoint', ' /a.b*(c) ')).toEqual(['matches', 'endpoint', [String.raw`(?i)/a\.b\*\(c\)`]])
})

test('nothing searched for is no filter', () => {
  expect([toSearchFilter('endpoint', null), toSearchFilter('endpoint', '  ')]).toEqual([null, null])
})
