import type { QueryAnswer } from '@wayside/protocol'
import { expect, test } from 'vitest'
import { toCsv } from './to-csv.ts'

const META = { from: 0, to: 1, timeZone: 'UTC', source: 'raw', exact: true, completeUntil: 1, latencyRelativeError: 0.02, tookMs: 0, rowsRead: 0, warnings: [] } as const

function csvOf(values: readonly (string | number | boolean | null)[]): string {
  const answer: QueryAnswer = { columns: [{ key: 'path', kind: 'dimension', type: 'text', unit: null }], rows: values.map((value) => [value]), totals: null, comparison: null, nextCursor: null, meta: META }
  return [...toCsv(answer)].join('')
}

test.each([
  ['plain', 'plain'],
  ['a "b", c', '"a ""b"", c"'],
  ['two\r\nlines', '"two\r\nlines"'],
  ['=1+1', "'=1+1"],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['  =1', "'  =1"],
  ['\t=1', "'\t=1"],
  ['=cmd|"x"!A1', `"'=cmd|""x""!A1"`],
  ['a=b', 'a=b'],
])('row 62: the text %j is the cell %j', (text, cell) => {
  expect(csvOf([text])).toBe(`path\r\n${cell}\r\n`)
})

test('numbers stay numbers, and the unknown is empty', () => {
  expect(csvOf([-1.5, true, null])).toBe('path\r\n-1.5\r\ntrue\r\n\r\n')
})
