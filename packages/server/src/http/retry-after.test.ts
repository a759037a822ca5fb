import { expect, test } from 'vitest'
import { toRetryAfter } from './retry-after.ts'

test('a wait becomes whole seconds, at least one and at most five minutes', () => {
  const exactly = (waitMs: number) => toRetryAfter(waitMs, () => 0)

  expect([exactly(0), exactly(1), exactly(1_000), exactly(1_001), exactly(1e9)]).toEqual(['1', '1', '1', '2', '300'])
})

test('those who wait are spread over half as much again', () => {
  expect([toRetryAfter(10_000, () => 0), toRetryAfter(10_000, () => 0.999)]).toEqual(['10', '15'])
  expect([toRetryAfter(1_000, () => 0), toRetryAfter(1_000, () => 0.999)]).toEqual(['1', '3'])
})
