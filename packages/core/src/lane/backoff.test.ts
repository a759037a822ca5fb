import { expect, test } from 'vitest'
import { backoffMs } from './backoff.ts'

test('the bound doubles from 500 ms to the greatest wait', () => {
  expect([1, 2, 3, 7, 8, 1_000].map((attempt) => backoffMs(attempt, () => 1, 30_000))).toEqual([500, 1_000, 2_000, 30_000, 30_000, 30_000])
})

test('the wait is anything under the bound', () => {
  expect([0, 0.5, 1].map((random) => backoffMs(2, () => random, 30_000))).toEqual([0, 500, 1_000])
})
