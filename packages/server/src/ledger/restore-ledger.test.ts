import { expect, test } from 'vitest'
import { EMPTY_LEDGER } from '../store/store.ts'
import { SAMPLE_TIME } from '../testing/sample.ts'
import { sampleBatch, sampleBooks } from '../testing/segment-writer.ts'
import { countCaptured, countLost, countPending } from './producer-books.ts'
import { recoverBatch, restoreLedger } from './restore-ledger.ts'

const key = { projectId: 1, producerId: 'a'.repeat(32) }
const interval = (from: number, to: number, over = {}) => ({ ...key, from, to, seenAt: SAMPLE_TIME, ...over })

test('ranges and books of a producer come together', () => {
  const books = sampleBooks({ stored: 7, end: 10 })
  const ledger = restoreLedger({ intervals: [interval(6, 9), interval(0, 2)], producers: [{ ...key, books }] })
  expect(ledger.get(key)).toEqual({ ranges: [{ from: 0, to: 2 }, { from: 6, to: 9 }], books })
  expect(ledger.get({ ...key, projectId: 2 })).toBeNull()
})

test('a producer whose ranges are forgotten has taken all that it knew', () => {
  const ledger = restoreLedger({ intervals: [], producers: [{ ...key, books: sampleBooks({ end: 10 }) }] })
  expect(ledger.get(key)?.ranges).toEqual([{ from: 0, to: 9 }])
})

test('books that were removed begin anew with what the ranges tell', () => {
  const entry = restoreLedger({ ...EMPTY_LEDGER, intervals: [interval(2, 4), interval(8, 9)] }).get(key)
  expect(entry?.books).toMatchObject({ stored: 5, end: 10 })
  expect(entry && [countCaptured(entry.books), countPending(entry.books), countLost(entry.books)]).toEqual([10, 5, 0])
  expect(entry?.books.gaps.map(({ from, to }) => [from, to])).toEqual([[0, 1], [5, 7]])
})

test('batches of the journal add to it, the last one has the newest books', () => {
  const ledger = restoreLedger({ intervals: [interval(0, 2)], producers: [{ ...key, books: sampleBooks({ revision: 3 }) }] })
  const batch = (from: number, revision: number) => sampleBatch([], { ...key, ranges: [{ from, to: from }], books: sampleBooks({ revision }) })
  for (const each of [batch(2, 3), batch(3, 4), batch(9, 5)]) recoverBatch(ledger, each)
  recoverBatch(ledger, sampleBatch([], { producerId: null, ranges: [], books: null }))
  expect(ledger.get(key)).toMatchObject({ ranges: [{ from: 0, to: 3 }, { from: 9, to: 9 }], books: { revision: 5 } })
})
