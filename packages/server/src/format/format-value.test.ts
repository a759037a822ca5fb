import { expect, test } from 'vitest'
import { formatChange, formatValue } from './format-value.ts'

const metric = (type: 'integer' | 'number' | 'instant', unit: 'ms' | 'bytes' | 'share' | null) => ({ kind: 'metric', type, unit }) as const
const dimension = (type: 'text' | 'integer' | 'boolean' | 'instant') => ({ kind: 'dimension', type, unit: null }) as const

test.each([
  [1_234_567, metric('integer', null), '1,234,567'],
  [null, metric('number', 'ms'), '–'],
  [0.5, metric('number', 'ms'), '0.50 ms'],
  [41.23, metric('number', 'ms'), '41.2 ms'],
  [863.4, metric('number', 'ms'), '863 ms'],
  [1_500, metric('number', 'ms'), '1.50 s'],
  [123_456, metric('number', 'ms'), '123 s'],
  [999, metric('integer', 'bytes'), '999 B'],
  [1_500_000, metric('integer', 'bytes'), '1.50 MB'],
  [2 ** 53, metric('integer', 'bytes'), '9.01 PB'],
  [0.0875, metric('number', 'share'), '8.75 %'],
  [Date.UTC(2026, 5, 15, 12, 30), metric('instant', null), '2026-06-15 14:30'],
  [Date.UTC(2026, 5, 14, 22), dimension('instant'), '2026-06-15'],
  [404, dimension('integer'), '404'],
  [true, dimension('boolean'), 'true'],
  [null, dimension('text'), '(unknown)'],
  ['a\u001b[2J', dimension('text'), 'a·[2J'],
] as const)('%s is shown as %3$s', (value, column, text) => {
  expect(formatValue(value, column, 'Europe/Berlin')).toBe(text)
})

test.each([
  [112, 100, '+12 %'],
  [97, 100, '-3.0 %'],
  [100, 100, '0.0 %'],
  [5_000, 100, '+4,900 %'],
  [5, 0, 'new'],
  [0, 0, '0 %'],
  [5, null, '–'],
  [null, 5, '–'],
])('%s after %s is %s', (now, before, text) => {
  expect(formatChange(now, before)).toBe(text)
})
