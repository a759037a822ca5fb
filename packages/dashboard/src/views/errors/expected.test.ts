import { expect, test } from 'vitest'
import { formatExpected, parseExpected } from './expected.ts'

test('statuses that are set aside are in the address, each once, and nothing else', () => {
  expect(parseExpected(new URLSearchParams('expected=404,422,404,200,x,'))).toEqual([404, 422])
  expect(parseExpected(new URLSearchParams(''))).toEqual([])
})

test('a status is set aside and taken back', () => {
  expect(formatExpected([422], 404)).toBe('404,422')
  expect(formatExpected([404], 404)).toBeNull()
})
