import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createMemoryStore } from '../store/memory/memory-store.ts'
import { openEmbeddedStore } from '../store/open-store.ts'
import type { StoreQuery } from '../store/store-query.ts'
import type { EmbeddedStore, Store } from '../store/store.ts'
import { SAMPLE_TIME } from '../testing/sample.ts'
import { createSegmentWriter, sampleBatch, sampleBooks, sampleNewEvent } from '../testing/segment-writer.ts'
import { migrateStore } from './migrate-store.ts'
import { refuseHalfMigrated } from './migration-state.ts'

const DAY_MS = 86_400_000
const MINUTE = Math.floor(SAMPLE_TIME / 60_000)

let dataDir = ''
let source: EmbeddedStore
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'wayside-migrate-'))
  source = await openEmbeddedStore({ engine: 'duckdb', dataDir })
  const write = createSegmentWriter(dataDir)
  const events = Array.from({ length: 25 }, (_, at) => sampleNewEvent({ time: SAMPLE_TIME + (at % 3) * DAY_MS, path: `/${at}`, tags: at === 0 ? { plan: 'pro' } : null }))
  const shed = { minute: MINUTE, lastMinute: MINUTE, method: 'GET', route: null, status: 503, requests: 5, aborted: 0, requestBytes: 0, responseBytes: 7, buckets: [3], counts: [5] }
  await source.append(await write(1, [sampleBatch(events, { shed: [shed], dropped: 4, stacks: [{ fingerprint: 'f00', errorClass: 'TypeError', frames: ['a', 'b'] }], books: sampleBooks({ revision: 3 }) })]))
  await source.append(await write(2, [sampleBatch([sampleNewEvent({ projectId: 2 })], { projectId: 2, producerId: 'b'.repeat(32) })]))
})
afterEach(async () => {
  await source.close()
  await rm(dataDir, { recursive: true })
})

const migrate = (target: Store, targetName = 'there', told: string[] = []) =>
  migrateStore({ dataDir, source, target, targetName, projectIds: [1, 2, 3], pageEvents: 4, onProgress: (moved, of) => told.push(`${moved} of ${of}`) })

async function readAll(store: Store) {
  const projects = [1, 2].map(async (projectId) => {
    const question: StoreQuery = { projectId, from: 0, to: Date.UTC(2100, 0, 1), intervals: null, groupBy: [], filter: null, measures: new Set(['consumers', 'newConsumers', 'latency']), limit: null }
    const { rows, shed } = await store.query(question)
    return {
      events: await store.list({ projectId, filters: {}, order: 'oldest', limit: 100, after: null, offset: 0 }),
      rows,
      shed,
      dropped: await store.countDropped({ projectId, from: 0, to: question.to }),
      producers: await store.producers({ projectId, seenSince: 0 }),
      stack: await store.stack({ projectId, fingerprint: 'f00' }),
    }
  })
  return { projects: await Promise.all(projects), ledger: (await store.ledger()).intervals.toSorted((a, b) => a.projectId - b.projectId) }
}

test('all that the data folder holds is in the other store, under the same ids', async () => {
  const target = createMemoryStore()
  const told: string[] = []

  const { events, differences } = await migrate(target, 'there', told)

  expect([events, differences]).toEqual([26, []])
  expect(await readAll(target)).toEqual(await readAll(source))
  // What the journal gives next is new in both.
  expect((await target.storedUpTo()).eventId).toBe((await source.storedUpTo()).eventId)
  expect((await target.storedUpTo()).segment).toBeGreaterThan((await source.storedUpTo()).loaded)
  expect(told.at(-1)).toMatch(/^26 of/)
})

test('a move that ends anywhere goes on there, and counts each event once', async () => {
  const target = createMemoryStore()
  let ends = 0
  for (let isWhole = false; !isWhole; ) {
    // Each run ends with its second piece: before the store has it, or right after, when the note of it is not written yet.
    let appends = 0
    const failing: Store = {
      ...target,
      async append(segment) {
        if (++appends === 1 || ends % 2 === 1) await target.append(segment)
        if (appends === 2) throw new Error('killed')
      },
    }
    isWhole = await migrate(failing).then(
      () => true,
      () => false,
    )
    if (isWhole) break
    ends++
    await expect(refuseHalfMigrated(dataDir)).rejects.toThrow('only partly in ClickHouse')
  }

  expect(ends).toBeGreaterThan(5)
  expect((await migrate(target)).differences).toEqual([])
  expect(await readAll(target)).toEqual(await readAll(source))
  await refuseHalfMigrated(dataDir)
  expect((await readdir(dataDir)).filter((name) => name.startsWith('migration')).toSorted()).toEqual(['migration.json'])
})

test('a data folder that has changed since, or another database with events, is refused', async () => {
  const target = createMemoryStore()
  await migrate(target)

  await expect(migrate(target, 'elsewhere')).rejects.toThrow('elsewhere must be a database without events')
  await source.append(await createSegmentWriter(dataDir)(3, [sampleBatch(Array.from({ length: 40 }, () => sampleNewEvent()))]))
  await expect(migrate(target)).rejects.toThrow('has taken events since its move to there began')
})

test('says which days the other store counts differently', async () => {
  const target = createMemoryStore()
  await migrate(target)
  await target.prune({ projectId: 2 })

  expect((await migrate(target)).differences).toEqual(['2026-01-02, project 2: 1 requests here, 0 there'])
})
