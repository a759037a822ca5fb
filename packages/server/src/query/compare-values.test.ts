import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareKeys, compareValues } from './compare-values.ts'

test('texts are in the order of their UTF-8 bytes', () => {
  const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.array(fc.constantFrom('a', 'Z', 'ä', '\ud7ff', '\ue000', '\uffff', '😀', '𐀀')).map((units) => units.join('')))
  fc.assert(fc.property(text, text, (a, b) => Math.sign(compareValues(a, b)) === Buffer.compare(Buffer.from(a), Buffer.from(b))))
})

test('the unknown comes first, numbers by size, false before true', () => {
  expect([10, null, 9].toSorted(compareValues)).toEqual([null, 9, 10])
  expect([true, null, false].toSorted(compareValues)).toEqual([null, false, true])
})

test('keys are in the order of the first value that differs', () => {
  const keys = [['b', 1], ['a', 2], [null, 9], ['a', 1]] as const
  expect(keys.toSorted(compareKeys)).toEqual([[null, 9], ['a', 1], ['a', 2], ['b', 1]])
})
