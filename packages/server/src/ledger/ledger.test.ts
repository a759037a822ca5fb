import { expect, test } from 'vitest'
import { createLedger, type Ledger } from './ledger.ts'
import { openBooks } from './producer-books.ts'

const sender = { sdk: 'x/1', framework: 'express', environment: null, service: null, serviceVersion: null, instance: null }
const entry = { ranges: [{ from: 1, to: 3 }], books: openBooks(sender, 1_000) }
const putAll = (ledger: Ledger, projectId: number, names: readonly string[]) => {
  for (const producerId of names) ledger.put({ projectId, producerId }, entry)
}
const known = (ledger: Ledger, projectId: number, names: readonly string[]) => names.filter((producerId) => ledger.get({ projectId, producerId }) !== null)

test('a ledger knows what was put, by project and producer', () => {
  const ledger = createLedger()
  putAll(ledger, 1, ['a'])
  expect(ledger.get({ projectId: 1, producerId: 'a' })).toEqual(entry)
  expect(ledger.get({ projectId: 2, producerId: 'a' })).toBeNull()
  expect(ledger.get({ projectId: 1, producerId: 'b' })).toBeNull()
})

test('row 59: past the bound of a project the producer that was silent longest is forgotten, and none of another project', () => {
  const ledger = createLedger({ maxPerProject: 2 })
  putAll(ledger, 2, ['z'])
  putAll(ledger, 1, ['a', 'b', 'a', 'c'])
  expect(known(ledger, 1, ['a', 'b', 'c'])).toEqual(['a', 'c'])
  expect(known(ledger, 2, ['z'])).toEqual(['z'])
})

test('row 59: past the bound of all projects the one with the most producers forgets', () => {
  const ledger = createLedger({ maxProducers: 4 })
  putAll(ledger, 2, ['z'])
  putAll(ledger, 1, ['a', 'b', 'c'])
  putAll(ledger, 2, ['y'])
  expect(known(ledger, 1, ['a', 'b', 'c'])).toEqual(['b', 'c'])
  expect(known(ledger, 2, ['y', 'z'])).toEqual(['y', 'z'])
})
