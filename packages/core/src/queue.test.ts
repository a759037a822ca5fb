import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createQueue } from './queue.ts'

test('items come out in the order in which they came in', () => {
  const { queue } = makeQueue({})
  for (const item of [1, 2, 3]) queue.push(item, 0)
  expect(queue.take(2).map((entry) => entry.item)).toEqual([1, 2])
  expect(queue.take(9).map((entry) => entry.item)).toEqual([3])
  expect(queue.size).toBe(0)
  expect(queue.bytes).toBe(0)
})

test('the oldest make room by count and by bytes', () => {
  const byCount = makeQueue({ maxItems: 2 })
  for (const item of [1, 2, 3]) byCount.queue.push(item, 0)
  expect(byCount.overflowed).toEqual([1])
  const byBytes = makeQueue({ maxBytes: 10 })
  for (const item of [4, 5, 6]) byBytes.queue.push(item, 0)
  expect(byBytes.overflowed).toEqual([4, 5])
})

test('an item larger than the queue does not stay', () => {
  const { queue, overflowed } = makeQueue({ maxBytes: 10 })
  queue.push(11, 0)
  expect(overflowed).toEqual([11])
  expect(queue.bytes).toBe(0)
})

test('items that are too old are taken by their age', () => {
  const { queue } = makeQueue({})
  for (const at of [10, 20, 30]) queue.push(at, at)
  expect(queue.takeOlderThan(21).map((entry) => entry.item)).toEqual([10, 20])
})

test('whatever is done, nothing is lost, nothing comes twice, and the bounds hold', () => {
  const step = fc.oneof(fc.nat({ max: 40 }).map((push) => ({ push })), fc.nat({ max: 3_000 }).map((take) => ({ take })))
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const { queue, overflowed } = makeQueue({ maxItems: 1_500, maxBytes: 20_000, sizeOf: () => 20 })
      const out: number[] = []
      let next = 0
      for (const each of steps) {
        if ('take' in each) out.push(...queue.take(each.take).map((entry) => entry.item))
        else for (let count = 0; count < each.push * 50; count++) queue.push(next++, 0)
        expect(queue.size).toBeLessThanOrEqual(1_000)
        expect(queue.bytes).toBe(queue.size * 20)
      }
      out.push(...queue.take(Infinity).map((entry) => entry.item))
      expect([...out, ...overflowed].sort((a, b) => a - b)).toEqual(Array.from({ length: next }, (_, at) => at))
    }),
    { numRuns: 50 },
  )
})

function makeQueue({ maxItems = 100, maxBytes = 1_000_000, sizeOf = (item: number) => item }) {
  const overflowed: number[] = []
  const queue = createQueue<number>({ maxItems, maxBytes, sizeOf, onOverflow: (entry) => void overflowed.push(entry.item) })
  return { queue, overflowed }
}
