import { expect, test } from 'vitest'
import { formatOf } from './format.ts'

test.each([
  [undefined, 'json'],
  ['*/*', 'json'],
  ['text/html', 'json'],
  ['text/csv', 'csv'],
  ['Application/X-NDJSON', 'ndjson'],
  ['application/json;q=0.5, text/csv;q=0.8', 'csv'],
  ['text/csv;q=0, application/json;q=0.1', 'json'],
  ['text/csv;q=nonsense', 'json'],
])('Accept: %s gives %s', (accept, format) => {
  expect(formatOf({ headers: accept === undefined ? {} : { accept } }, undefined)).toBe(format)
})
