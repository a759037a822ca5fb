import { expect, test } from 'vitest'
import { createThrottle } from './throttle.ts'

function setUp() {
  let ms = 0
  const throttle = createThrottle({ perSecond: 10, burst: 100, monotonicMs: () => ms })
  return { throttle, pass: (passedMs: number) => (ms += passedMs) }
}

test('a burst may be used at once, and comes back at its rate', () => {
  const { throttle, pass } = setUp()

  throttle.use('a', 100)

  expect([throttle.waitMs('a', 0), throttle.waitMs('a', 1)]).toEqual([0, 100])
  pass(100)
  expect([throttle.waitMs('a', 1), throttle.waitMs('a', 2)]).toEqual([0, 100])
})

test('what is used past the burst is a debt to wait for, however large', () => {
  const { throttle, pass } = setUp()

  throttle.use('a', 250)

  expect(throttle.waitMs('a', 0)).toBe(15_000)
  pass(14_999)
  expect(throttle.waitMs('a', 0)).toBe(1)
  pass(1)
  expect(throttle.waitMs('a', 0)).toBe(0)
})

test('one caller costs another nothing', () => {
  const { throttle } = setUp()

  throttle.use('a', 1_000)

  expect(throttle.waitMs('b', 100)).toBe(0)
})

test('a crowd of callers takes no more memory than its bound, and those in debt keep it for as long as there is room', () => {
  const { throttle, pass } = setUp()

  throttle.use('indebted', 100_000)
  for (let at = 0; at < 9_999; at++) throttle.use(`caller ${at}`, 1)
  pass(1_000)
  throttle.use('one more', 1)

  expect(throttle.waitMs('indebted', 0)).toBeGreaterThan(0)
})
