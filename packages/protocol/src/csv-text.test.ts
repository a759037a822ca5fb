import { expect, test } from 'vitest'
import { toCsvText } from './csv-text.ts'

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '  =1', '\t=1', '＝1', '\r1'])('%j, which a spreadsheet might run, begins with an apostrophe', (text) => {
  expect(toCsvText(text)).toMatch(/^"?'/)
})

test.each([
  ['plain', 'plain'],
  ['a,b', '"a,b"'],
  ['say "x"', '"say ""x"""'],
  ['two\nlines', '"two\nlines"'],
  ['', ''],
  ['a=b', 'a=b'],
])('%j is written as %j', (text, cell) => {
  expect(toCsvText(text)).toBe(cell)
})
