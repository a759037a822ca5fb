import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { takeFirst } from './take-first.ts'

test('the first of a list are those of the sorted list, equal ones in the order in which they came', () => {
  const item = fc.record({ rank: fc.integer({ min: 0, max: 9 }), name: fc.string() })
  const byRank = (a: { readonly rank: number }, b: { readonly rank: number }) => a.rank - b.rank
  fc.assert(
    fc.property(fc.array(item, { maxLength: 200 }), fc.integer({ min: 1, max: 50 }), (items, count) => {
      expect(takeFirst(items, count, byRank)).toEqual(items.toSorted(byRank).slice(0, count))
    }),
  )
})
