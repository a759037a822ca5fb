import { expect, test } from 'vitest'
import { createLedger } from './ledger.ts'

const producer = { projectId: 1, producerId: 'a'.repeat(32) }

test('a ledger knows what was added, by project and producer', () => {
  const ledger = createLedger()
  ledger.add(producer, [{ from: 1, to: 3 }, { from: 7, to: 7 }], 1_000)
  expect([0, 1, 3, 4, 7, 8].filter((seq) => ledger.has(producer, seq))).toEqual([1, 3, 7])
  expect(ledger.has({ ...producer, projectId: 2 }, 1)).toBe(false)
  expect(ledger.has({ ...producer, producerId: 'b'.repeat(32) }, 1)).toBe(false)
})

test('past its bound of ranges the lowest hole counts as taken', () => {
  const ledger = createLedger({ maxRanges: 2 })
  for (const seq of [1, 3, 5, 7]) ledger.add(producer, [{ from: seq, to: seq }], 1_000)
  expect([1, 2, 3, 4, 5, 6, 7, 8].filter((seq) => !ledger.has(producer, seq))).toEqual([6, 8])
})

test('past its bound of producers the one that was silent longest is forgotten', () => {
  const ledger = createLedger({ maxProducers: 2 })
  const named = (name: string) => ({ projectId: 1, producerId: name })
  for (const name of ['a', 'b', 'a', 'c']) ledger.add(named(name), [{ from: 1, to: 1 }], 1_000)
  expect(['a', 'b', 'c'].filter((name) => ledger.has(named(name), 1))).toEqual(['a', 'c'])
})
