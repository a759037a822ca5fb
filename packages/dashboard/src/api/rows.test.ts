import { expect, test } from 'vitest'
import { toAnswer } from '../../test/query-answer.ts'
import { toOnlyRow, toRows } from './rows.ts'

test('rows are read by the names of their columns', () => {
  const [row] = toRows(toAnswer(['endpoint', 'bot'], ['requests', 'p95'], [['GET /', null, 3, null]]))
  expect(row?.keys).toEqual(['GET /', null])
  expect([row?.of('requests'), row?.of('p95'), row?.of('max')]).toEqual([3, null, null])
})

test('what is compared stands beside each row', () => {
  const answer = { ...toAnswer(['endpoint'], ['requests'], [['a', 3], ['b', 2]]), comparison: { from: 0, to: 1, rows: [[7], null], totals: null } }
  expect(toRows(answer).map((row) => row.before('requests'))).toEqual([7, null])
})

test('without an answer nothing is known', () => {
  expect([toOnlyRow(undefined).of('requests'), toOnlyRow(undefined).before('requests')]).toEqual([null, null])
})
