import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createMemoryStore } from '../store/memory/memory-store.ts'
import type { Store } from '../store/store.ts'
import { sampleDelivery, sampleEvents } from '../testing/sample.ts'
import { openIntake } from './open-intake.ts'

let dataDir = ''
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'wayside-intake-'))
})
afterEach(() => rm(dataDir, { recursive: true }))

const open = (store: Store) => openIntake({ dataDir, store, warn: () => undefined })

async function countStored(store: Store): Promise<number> {
  const all = await store.list({ projectId: 1, filters: {}, order: 'oldest', limit: 100_000, after: null, offset: 0 })
  return all.length
}

test('what is received is stored once, however often it is sent', async () => {
  const store = createMemoryStore()
  const intake = await open(store)
  const delivery = sampleDelivery({ events: sampleEvents(500) })

  const receipts = await Promise.all([intake.receiver.receive(delivery), intake.receiver.receive(delivery)])
  await intake.loader.drain()

  expect(receipts).toEqual([
    { ack: 'durable', accepted: 500, duplicates: 0, rejected: [] },
    { ack: 'durable', accepted: 0, duplicates: 500, rejected: [] },
  ])
  expect(await countStored(store)).toBe(500)
  await intake.close()
})

test('a store that lost everything is filled again from the journal, and the journal still knows its duplicates', async () => {
  const stuck: Store = { ...createMemoryStore(), append: () => Promise.reject(new Error('the disk is on fire')) }
  const first = await open(stuck)
  await first.receiver.receive(sampleDelivery({ events: sampleEvents(3) }))
  await first.close()

  const store = createMemoryStore()
  const second = await open(store)
  const receipt = await second.receiver.receive(sampleDelivery({ events: sampleEvents(5) }))
  await second.loader.drain()

  expect(receipt).toMatchObject({ accepted: 2, duplicates: 3 })
  expect(await countStored(store)).toBe(5)
  await second.close()
})
