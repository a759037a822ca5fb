import { toRanges } from '@wayside/protocol'
import { array, assert, nat, property, tuple } from 'fast-check'
import { expect, test } from 'vitest'
import { addRange, contains, countCommon, holesOf, union, without, type IntervalSet } from './interval-set.ts'

const range = tuple(nat(60), nat(12)).map(([from, length]) => ({ from, to: from + length }))
const ranges = array(range, { maxLength: 30 })
/** A set as the ledger makes one. */
const set = ranges.map((each) => each.reduce(addRange, [] as IntervalSet))

const numbersOf = (each: IntervalSet) => new Set(each.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, at) => from + at)))
const setOf = (numbers: Iterable<number>): IntervalSet => toRanges([...new Set(numbers)].toSorted((a, b) => a - b))

test('a set of ranges holds what a set of numbers holds, sorted and joined', () => {
  assert(
    property(ranges, (each) => {
      const joined = each.reduce(addRange, [] as IntervalSet)
      const numbers = numbersOf(each)
      expect(joined).toEqual(setOf(numbers))
      for (let seq = 0; seq < 80; seq++) expect(contains(joined, seq)).toBe(numbers.has(seq))
    }),
  )
})

test('a union holds what either set of numbers holds', () => {
  assert(
    property(set, set, (a, b) => {
      expect(union(a, b)).toEqual(setOf([...numbersOf(a), ...numbersOf(b)]))
    }),
  )
})

test('a union is the same in any order, in any grouping and however often it is made', () => {
  assert(
    property(set, set, set, (a, b, c) => {
      expect(union(a, b)).toEqual(union(b, a))
      expect(union(union(a, b), c)).toEqual(union(a, union(b, c)))
      expect(union(union(a, b), b)).toEqual(union(a, b))
      expect(union(a, [])).toEqual(a)
      expect(union(a, b, c)).toEqual(union(union(a, b), c))
    }),
  )
})

test('what two sets have in common is counted once for each number', () => {
  assert(
    property(set, set, (a, b) => {
      expect(countCommon(a, b)).toBe([...numbersOf(a)].filter((seq) => contains(b, seq)).length)
    }),
  )
})

test('the holes of a set are the numbers of the span that it lacks', () => {
  assert(
    property(set, nat(80), nat(80), (each, from, before) => {
      const lacking = Array.from({ length: Math.max(0, before - from) }, (_, at) => from + at).filter((seq) => !contains(each, seq))
      expect(holesOf(each, from, before)).toEqual(setOf(lacking))
    }),
  )
})

test('a set without another holds what only it holds', () => {
  assert(
    property(set, set, (a, b) => {
      expect(without(a, b)).toEqual(setOf([...numbersOf(a)].filter((seq) => !contains(b, seq))))
    }),
  )
})
