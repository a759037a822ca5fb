import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Journal } from '../journal/journal.ts'
import { openJournal } from '../journal/open-journal.ts'
import { createMemoryStore } from '../store/memory/memory-store.ts'
import type { Store } from '../store/store.ts'
import { SAMPLE_TIME } from '../testing/sample.ts'
import { sampleBatch, sampleNewEvent } from '../testing/segment-writer.ts'
import { createLoader, type Loader, type LoaderOptions } from './loader.ts'

let folder = ''
let warnings: string[] = []
let journal: Journal
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wayside-loader-'))
  warnings = []
  journal = await openJournal({ folder, stored: NOTHING, warn })
})
afterEach(async () => {
  await journal.close()
  await rm(folder, { recursive: true })
})

const NOTHING = { segment: 0, loaded: 0, eventId: 0 }
const NOW = SAMPLE_TIME + 5_000
const warn = (message: string) => void warnings.push(message)
const start = (store: Store, over: Partial<LoaderOptions> = {}): Loader => createLoader({ journal, store, stored: NOTHING, intervalMs: 5, now: () => NOW, warn, ...over })
const append = () => journal.append(sampleBatch([sampleNewEvent()], { producerId: null, ranges: [] }))
const countOf = async (store: Store) => (await store.list({ projectId: 1, filters: {}, order: 'oldest', limit: 1_000, after: null, offset: 0 })).length

/** A store that refuses segments while `reason` is set, and counts what it is offered. */
function createMoodyStore(reason: string | null) {
  const inner = createMemoryStore()
  const mood = { reason, offers: 0 }
  const store: Store = {
    ...inner,
    async append(segment) {
      mood.offers++
      if (mood.reason !== null) throw new Error(mood.reason)
      await inner.append(segment)
    },
  }
  return { store, mood }
}

test('what is acknowledged gets into the store by itself, and the journal lets go of it', async () => {
  const store = createMemoryStore()
  const loader = start(store)
  await append()
  await vi.waitFor(async () => expect(await countOf(store)).toBe(1))
  await vi.waitFor(() => expect(journal.stats().segments).toBe(0))
  await loader.close()
})

test('the lag and the instant of completeness tell what is still on its way', async () => {
  const { store, mood } = createMoodyStore('no')
  const loader = start(store, { intervalMs: 3_600_000 })
  expect(loader.lag()).toEqual({ segments: 0, bytes: 0, ageMs: 0, error: null })
  expect(loader.completeUntil()).toBe(NOW)

  await append()
  expect(loader.lag()).toMatchObject({ segments: 1, ageMs: 5_000 })
  expect(loader.completeUntil()).toBe(SAMPLE_TIME)
  await expect(loader.drain()).rejects.toThrow('no')
  expect(loader.completeUntil()).toBe(SAMPLE_TIME)

  mood.reason = null
  await loader.drain()
  expect(loader.lag()).toMatchObject({ segments: 0, bytes: 0, ageMs: 0 })
  expect(loader.completeUntil()).toBe(NOW)
  await loader.close()
})

test('a store that fails is tried again, with the reason, until it takes the segment once', async () => {
  const { store, mood } = createMoodyStore('the disk is full')
  const loader = start(store)
  await append()
  await vi.waitFor(() => expect(mood.offers).toBeGreaterThan(2))
  expect(loader.lag().error).toBe('the disk is full')
  expect(warnings[0]).toContain('the store did not take a journal segment: the disk is full')
  mood.reason = null
  await vi.waitFor(async () => expect(await countOf(store)).toBe(1))
  await vi.waitFor(() => expect(warnings.at(-1)).toBe('the store takes events again'))
  expect(loader.lag().error).toBeNull()
  await loader.close()
})

test('a segment that the store has, but not yet for good, stays in the journal and is not given again', async () => {
  const { store, mood } = createMoodyStore(null)
  const loader = start({ ...store, storedUpTo: async () => ({ ...(await store.storedUpTo()), segment: 0 }) }, { intervalMs: 3_600_000 })
  await append()
  await loader.drain()
  await loader.drain()
  expect(mood.offers).toBe(1)
  expect(journal.stats().segments).toBe(1)
  expect(loader.lag().segments).toBe(0)
  await loader.close()
})

test('closing moves what is left, and gives up on a store that hangs, within its deadline', async () => {
  const store = createMemoryStore()
  const first = start(store, { intervalMs: 3_600_000 })
  await append()
  await first.close()
  expect(await countOf(store)).toBe(1)

  await append()
  const hanging = start({ ...store, append: () => new Promise(() => undefined) }, { intervalMs: 3_600_000, closeTimeoutMs: 20 })
  await hanging.close()
  expect(warnings.at(-1)).toContain('the store took longer than 20 ms; the journal keeps it')
})
