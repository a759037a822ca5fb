import { expect, test } from 'vitest'
import { createDoubtfulBatches } from './doubtful-batches.ts'

function setUp() {
  let nowMs = 0
  const doubtful = createDoubtfulBatches<string>(() => nowMs)
  return { doubtful, pass: (ms: number) => void (nowMs += ms) }
}

test('a batch stays with a receiver that may hold it for 60 s from the first doubt', () => {
  const { doubtful, pass } = setUp()
  expect(doubtful.pinOf('p:0:1')).toBeNull()
  doubtful.doubt('p:0:1', 'a')
  pass(30_000)
  doubtful.doubt('p:0:1', 'a')
  pass(29_999)
  expect(doubtful.pinOf('p:0:1')).toBe('a')
  pass(1)
  expect(doubtful.pinOf('p:0:1')).toBeNull()
  expect(doubtful.of('p:0:1')).toEqual(['a'])
})

test('each receiver gets its 60 s once', () => {
  const { doubtful, pass } = setUp()
  doubtful.doubt('p:0:1', 'a')
  pass(60_000)
  doubtful.doubt('p:0:1', 'b')
  expect(doubtful.pinOf('p:0:1')).toBe('b')
  pass(60_000)
  doubtful.doubt('p:0:1', 'a')
  expect(doubtful.pinOf('p:0:1')).toBeNull()
  expect(doubtful.of('p:0:1')).toEqual(['a', 'b'])
})

test('what is settled is forgotten, and the oldest of very many', () => {
  const { doubtful } = setUp()
  doubtful.doubt('p:0:1', 'a')
  doubtful.settle('p:0:1')
  expect(doubtful.of('p:0:1')).toEqual([])
  for (let at = 0; at <= 256; at++) doubtful.doubt(`p:${at}:1`, 'a')
  expect(doubtful.pinOf('p:0:1')).toBeNull()
  expect(doubtful.pinOf('p:1:1')).toBe('a')
})
