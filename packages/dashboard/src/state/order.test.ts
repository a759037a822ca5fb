import { expect, test } from 'vitest'
import { formatNextOrder, parseOrder, toOrderBy } from './order.ts'

const parse = (query: string) => parseOrder(new URLSearchParams(query))

test('a table is by requests until the address says otherwise', () => {
  expect(parse('')).toEqual({ metric: 'requests', isDescending: true })
  expect(parse('sort=planet')).toEqual({ metric: 'requests', isDescending: true })
  expect(toOrderBy(parse('sort=-p95'))).toEqual([['p95', 'desc']])
  expect(toOrderBy(parse('sort=p95'))).toEqual([['p95', 'asc']])
})

test('a click puts the highest first, a second one turns around', () => {
  expect(formatNextOrder(parse(''), 'p95')).toBe('-p95')
  expect(formatNextOrder(parse('sort=-p95'), 'p95')).toBe('p95')
  expect(formatNextOrder(parse('sort=p95'), 'p95')).toBe('-p95')
})
