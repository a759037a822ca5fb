import { expect, test } from 'vitest'
import { bar, sparkline } from './sparkline.ts'

test.each([
  [[], ''],
  [[0, 0], '▁▁'],
  [[0, 1, 2, 3, 4, 5, 6, 7, 8], '▁▂▃▄▅▆▇██'],
  [[null, 5, null], ' █ '],
  [[1_000_000, 1], '█▁'],
])('%j is drawn as "%s"', (values, line) => {
  expect(sparkline(values)).toBe(line)
})

test('in less room the highest of several shows', () => {
  expect(sparkline([0, 8, 4, 0, null, null], 3)).toBe('█▅ ')
  expect(sparkline([1, 2], 5)).toHaveLength(2)
})

test.each([
  [10, 10, '████'],
  [5, 10, '██'],
  [1, 32, '▏'],
  [3, 8, '█▌'],
  [0, 10, ''],
  [null, 10, ''],
  [0, 0, ''],
])('%s of %s is the bar "%s"', (value, most, drawn) => {
  expect(bar(value, most, 4)).toBe(drawn)
})
