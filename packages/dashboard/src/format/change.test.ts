import { expect, test } from 'vitest'
import { toChange, toChangePhrase, toShareChange } from './change.ts'

test.each([
  [112, 100, 'up', '12%'],
  [88, 100, 'down', '12%'],
  [101.26, 100, 'up', '1.3%'],
  [100, 100, 'same', '0%'],
  [100.01, 100, 'same', '0%'],
  [1_400, 100, 'up', '×14'],
  [2_000_000, 100, 'up', '>×999'],
  [0, 100, 'down', '100%'],
  [5, 0, 'up', 'new'],
  [0, 0, 'unknown', '–'],
  [null, 3, 'unknown', '–'],
  [3, null, 'unknown', '–'],
] as const)('from %s against %s the change is %s %s', (now, before, direction, text) => {
  expect(toChange(now, before)).toEqual({ direction, text })
})

test.each([
  [0.024, 0.02, 'up', '0.4 pts'],
  [0.02, 0.0625, 'down', '4.3 pts'],
  [0.02, 0.02, 'same', '0 pts'],
  [null, 0.02, 'unknown', '–'],
] as const)('a share of %s against %s changed %s by %s', (now, before, direction, text) => {
  expect(toShareChange(now, before)).toEqual({ direction, text })
})

test('a change reads as part of a sentence', () => {
  expect(toChangePhrase(toChange(112, 100))).toBe('up 12% on')
  expect(toChangePhrase(toChange(1_400, 100))).toBe('up 14-fold on')
  expect(toChangePhrase(toChange(2_000_000, 100))).toBe('up more than 999-fold on')
  expect(toChangePhrase(toChange(5, 0))).toBe('none in')
  expect(toChangePhrase(toChange(5, 5))).toBe('unchanged from')
  expect(toChangePhrase(toChange(5, null))).toBeNull()
})
