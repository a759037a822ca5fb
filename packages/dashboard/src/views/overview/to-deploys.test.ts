import { expect, test } from 'vitest'
import { toAnswer } from '../../../test/query-answer.ts'
import { toDeploys } from './to-deploys.ts'

const answer = (rows: readonly (readonly (string | number | null)[])[]) => toAnswer(['serviceVersion', 'time:hour'], ['requests'], rows, { from: 0 })

test('a version that comes later than the others is a deploy, at its first interval', () => {
  expect(toDeploys(answer([['1.0', 10, 5], ['1.1', 30, 5], ['1.1', 20, 5], ['1.2', 40, 1]]))).toEqual([
    { name: '1.1', time: 20 },
    { name: '1.2', time: 40 },
  ])
})

test('what was there from the beginning, or is no version, is none', () => {
  expect(toDeploys(answer([['1.0', 0, 5], ['1.1', 0, 5], [null, 20, 5], ['(shed)', 30, 5]]))).toEqual([])
  expect(toDeploys(undefined)).toEqual([])
})
