import { array, assert, nat, property, tuple } from 'fast-check'
import { expect, test } from 'vitest'
import { addRange, contains, toRanges, type IntervalSet } from './interval-set.ts'

const range = tuple(nat(60), nat(12)).map(([from, length]) => ({ from, to: from + length }))

test('a set of ranges holds what a set of numbers holds, sorted and joined', () => {
  assert(
    property(array(range, { maxLength: 30 }), (ranges) => {
      let set: IntervalSet = []
      const numbers = new Set<number>()
      for (const each of ranges) {
        set = addRange(set, each)
        for (let seq = each.from; seq <= each.to; seq++) numbers.add(seq)
      }
      expect(set).toEqual(toRanges([...numbers].toSorted((a, b) => a - b)))
      for (let seq = 0; seq < 80; seq++) expect(contains(set, seq)).toBe(numbers.has(seq))
    }),
  )
})
