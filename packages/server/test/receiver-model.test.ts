import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { array, asyncProperty, assert, constantFrom, tuple } from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { countCaptured, countLost, countPending } from '../src/ledger/producer-books.ts'
import { openIntake } from '../src/receive/open-intake.ts'
import type { Receiver } from '../src/receive/receiver.ts'
import { createMemoryStore } from '../src/store/memory/memory-store.ts'
import type { Store } from '../src/store/store.ts'
import { createBooksModel, producerHistories, toArrivals, toDelivery } from '../src/testing/producer-history.ts'
import { countRequests } from './open-collector.ts'

let root = ''
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'wayside-model-'))
})
afterEach(() => rm(root, { recursive: true }))

/** What happens after a delivery. A crash leaves what is on disk; its store is gone too, and comes back from the journal. */
const AFTERWARDS = ['nothing', 'nothing', 'sent again at once', 'loaded', 'restart', 'crash'] as const
type Afterwards = (typeof AFTERWARDS)[number]

test('through resends, splits, losses, restarts and crashes each event is stored once and the books balance', async () => {
  let runs = 0
  const histories = tuple(producerHistories, array(constantFrom(...AFTERWARDS), { minLength: 30, maxLength: 30 }))
  await assert(
    asyncProperty(histories, async ([history, afterwards]) => {
      const model = createBooksModel(history)
      let collector = await open(join(root, `${runs++}`))
      for (const [at, arrival] of [...toArrivals(history)].entries()) {
        const what: Afterwards = afterwards[at] ?? 'nothing'
        const copies = what === 'sent again at once' ? 2 : 1
        const receipts = await Promise.all(Array.from({ length: copies }, () => collector.receive(toDelivery(history, arrival))))
        for (let copy = 0; copy < copies; copy++) model.arrive(arrival)
        expect(receipts.slice(1).map(({ accepted }) => accepted)).toEqual(receipts.slice(1).map(() => 0))
        if (what === 'loaded') await collector.drain()
        if (what === 'restart') collector = await collector.restart()
        if (what === 'crash') collector = await collector.crash(join(root, `${runs++}`))
      }
      await collector.drain()
      const { store } = collector
      const events = await store.list({ projectId: 1, filters: {}, order: 'oldest', limit: 1_000, after: null, offset: 0 })
      const requests = await countRequests(store, 1)
      const [producer] = await store.producers({ projectId: 1, seenSince: 0 })
      await collector.close()

      const account = model.account()
      expect(events.map(({ path }) => Number(path.slice(1))).toSorted((a, b) => a - b)).toEqual(model.stored())
      expect(requests).toBe(account.stored + account.shed)
      const books = producer?.books
      expect(books === undefined, 'no books').toBe(history.arrivals.length === 0)
      if (books === undefined) return
      expect({
        captured: countCaptured(books),
        earlier: books.earlier,
        stored: books.stored,
        shed: books.shed,
        dropped: books.dropped,
        rejected: books.rejected,
        lost: countLost(books),
        pending: countPending(books),
        again: books.duplicates + books.expired,
      }).toEqual(account)
    }),
    { numRuns: 40 },
  )
}, 120_000)

interface Collector extends Pick<Receiver, 'receive'> {
  readonly store: Store
  drain(): Promise<void>
  close(): Promise<void>
  restart(): Promise<Collector>
  /** Goes on in another folder. */
  crash(other: string): Promise<Collector>
}

async function open(dataDir: string, store: Store = createForgetfulStore()): Promise<Collector> {
  const intake = await openIntake({ dataDir, store, warn: (message) => expect(message).toBe('') })
  const close = () => intake.close()
  return {
    store,
    receive: intake.receiver.receive,
    drain: intake.loader.drain,
    close,
    async restart() {
      await close()
      return open(dataDir, store)
    },
    async crash(other) {
      await cp(dataDir, other, { recursive: true })
      await close()
      return open(other)
    },
  }
}

/** It never has anything for good, so that the journal keeps what a crash takes. */
function createForgetfulStore(): Store {
  const store = createMemoryStore()
  return { ...store, storedUpTo: async () => ({ ...(await store.storedUpTo()), segment: 0 }) }
}
