import { expect, test } from 'vitest'
import { toCsv } from './to-csv.ts'

test('a file has a header, numbers as they are, nothing for what is unknown, and no formula', () => {
  expect(toCsv(['value', 'requests'], [['=1+1', -3], ['a,b', null]])).toBe(`value,requests\r\n'=1+1,-3\r\n"a,b",\r\n`)
})
