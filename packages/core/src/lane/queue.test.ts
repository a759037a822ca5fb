import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createQueue } from './queue.ts'

test('items come out in the order in which they came in, precious or not', () => {
  const { queue } = makeQueue({ isPrecious: (item) => item % 2 === 0 })
  for (const item of [1, 2, 3, 5, 4]) queue.push(item, 0)
  expect(queue.take(2, Infinity).map((entry) => entry.item)).toEqual([1, 2])
  expect(queue.take(9, Infinity).map((entry) => entry.item)).toEqual([3, 5, 4])
  expect(queue.size).toBe(0)
  expect(queue.bytes).toBe(0)
})

test('the oldest make room by count and by bytes', () => {
  const byCount = makeQueue({ maxItems: 2 })
  for (const item of [1, 2, 3]) byCount.queue.push(item, 0)
  expect(byCount.overflowed).toEqual([1])
  const byBytes = makeQueue({ roomBytes: () => 10 })
  for (const item of [4, 5, 6]) byBytes.queue.push(item, 0)
  expect(byBytes.overflowed).toEqual([4, 5])
})

test('precious items make room last, the oldest of them first', () => {
  const { queue, overflowed } = makeQueue({ maxItems: 3, isPrecious: (item) => item >= 100 })
  for (const item of [100, 1, 2, 101, 3, 102, 103]) queue.push(item, 0)
  expect(overflowed).toEqual([1, 2, 3, 100])
  expect(queue.take(9, Infinity).map((entry) => entry.item)).toEqual([101, 102, 103])
})

test('the room may shrink between pushes', () => {
  let room = 30
  const { queue, overflowed } = makeQueue({ roomBytes: () => room })
  for (const item of [10, 10, 10]) queue.push(item, 0)
  room = 15
  queue.push(5, 0)
  expect(overflowed).toHaveLength(2)
  expect(queue.bytes).toBe(15)
})

test('an item larger than the queue does not stay', () => {
  const { queue, overflowed } = makeQueue({ roomBytes: () => 10 })
  queue.push(11, 0)
  expect(overflowed).toEqual([11])
  expect(queue.bytes).toBe(0)
})

test('what is taken together has at most so many bytes, but is at least one item', () => {
  const { queue } = makeQueue({})
  for (const item of [40, 40, 40, 200]) queue.push(item, 0)
  expect([queue.take(9, 100), queue.take(9, 100), queue.take(9, 100)].map((taken) => taken.map((entry) => entry.item))).toEqual([[40, 40], [40], [200]])
})

test('items that are too old are taken by their age', () => {
  const { queue } = makeQueue({ isPrecious: (item) => item === 10 })
  for (const at of [10, 20, 30]) queue.push(at, at)
  expect(queue.oldestPushedAtMs).toBe(10)
  expect(queue.takeOlderThan(21).map((entry) => entry.item)).toEqual([10, 20])
  expect(queue.oldestPushedAtMs).toBe(30)
})

test('all that wait can be looked at', () => {
  const { queue } = makeQueue({ isPrecious: (item) => item > 2 })
  for (const item of [1, 3, 2]) queue.push(item, 0)
  expect(Array.from(queue, (entry) => entry.item).sort()).toEqual([1, 2, 3])
})

test('whatever is done, nothing is lost, nothing comes twice, and the bounds hold', () => {
  const step = fc.oneof(fc.nat({ max: 40 }).map((push) => ({ push })), fc.nat({ max: 3_000 }).map((take) => ({ take })))
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const { queue, overflowed } = makeQueue({ maxItems: 1_500, roomBytes: () => 20_000, sizeOf: () => 20, isPrecious: (item) => item % 7 === 0 })
      const out: number[] = []
      let next = 0
      for (const each of steps) {
        if ('take' in each) {
          const taken = queue.take(each.take, Infinity).map((entry) => entry.item)
          expect(taken).toEqual(taken.toSorted((a, b) => a - b))
          out.push(...taken)
        } else for (let count = 0; count < each.push * 50; count++) queue.push(next++, 0)
        expect(queue.size).toBeLessThanOrEqual(1_000)
        expect(queue.bytes).toBe(queue.size * 20)
      }
      out.push(...queue.take(Infinity, Infinity).map((entry) => entry.item))
      expect([...out, ...overflowed].sort((a, b) => a - b)).toEqual(Array.from({ length: next }, (_, at) => at))
    }),
    { numRuns: 50 },
  )
})

function makeQueue({ maxItems = 100, roomBytes = () => 1_000_000, sizeOf = (item: number) => item, isPrecious = (_item: number) => false }) {
  const overflowed: number[] = []
  const queue = createQueue<number>({ maxItems, roomBytes, sizeOf, isPrecious, onOverflow: (item) => void overflowed.push(item) })
  return { queue, overflowed }
}
