import { expect, test } from 'vitest'
import { formatCount, formatRate, formatShare, formatShortCount } from './number.ts'

test('a count is written in full with separators', () => {
  expect(formatCount(0)).toBe('0')
  expect(formatCount(1_234_567)).toBe('1,234,567')
})

test.each([
  [0, '0'],
  [99_999, '99,999'],
  [100_000, '100k'],
  [999_499, '999k'],
  [999_600, '1M'],
  [1_234_567, '1.23M'],
  [12_345_678_901, '12.3B'],
  [7_000_000_000_000_000, '7,000T'],
])('the short form of %d is %s', (count, text) => {
  expect(formatShortCount(count)).toBe(text)
})

test.each([
  [0, '0'],
  [0.004, '<0.01'],
  [0.0416, '0.042'],
  [1.25, '1.3'],
  [9.94, '9.9'],
  [10.4, '10'],
  [512_345, '512k'],
])('a rate of %d a minute is written %s', (rate, text) => {
  expect(formatRate(rate)).toBe(text)
})

test.each([
  [null, '–'],
  [0, '0%'],
  [0.00001, '<0.01%'],
  [0.000347, '0.035%'],
  [0.0246, '2.5%'],
  [0.08, '8.0%'],
  [0.00997, '1.0%'],
  [0.12345, '12.3%'],
  [0.9985, '99.9%'],
  [0.9999, '>99.9%'],
  [1, '100%'],
])('a share of %s is written %s', (share, text) => {
  expect(formatShare(share)).toBe(text)
})
