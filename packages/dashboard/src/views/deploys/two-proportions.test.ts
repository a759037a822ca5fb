import { expect, test } from 'vitest'
import { twoProportions } from './two-proportions.ts'

test('known cases', () => {
  // z = 1.96 and z = 2.576 by hand: 50 % against 50 % + z × sqrt(0.25 × 2 / 10000), nearly.
  expect(twoProportions({ part: 5_000, whole: 10_000 }, { part: 5_138, whole: 10_000 })).toBeCloseTo(0.051, 3)
  expect(twoProportions({ part: 100, whole: 1_000 }, { part: 150, whole: 1_000 })).toBeCloseTo(0.00072, 4)
})

test('equal shares differ by chance alone', () => {
  expect(twoProportions({ part: 50, whole: 500 }, { part: 100, whole: 1_000 })).toBeCloseTo(1, 6)
})

test('which of the two comes first does not matter', () => {
  const [a, b] = [{ part: 30, whole: 400 }, { part: 90, whole: 500 }]
  expect(twoProportions(a, b)).toBe(twoProportions(b, a))
})

test.each([
  [{ part: 0, whole: 0 }, { part: 5, whole: 10 }],
  [{ part: 1, whole: 20 }, { part: 3, whole: 20 }],
  [{ part: 0, whole: 9_000 }, { part: 0, whole: 9_000 }],
])('%j and %j are too few to say', (a, b) => {
  expect(twoProportions(a, b)).toBeNull()
})
