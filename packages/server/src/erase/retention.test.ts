import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createLog } from '../log/log.ts'
import type { Project } from '../registry/registry.ts'
import { openStore } from '../store/open-store.ts'
import type { StoreQuery } from '../store/store-query.ts'
import { SAMPLE_TIME } from '../testing/sample.ts'
import { createSegmentWriter, sampleBatch, sampleNewEvent } from '../testing/segment-writer.ts'
import { createRetention } from './retention.ts'

const DAY_MS = 86_400_000

const PROJECT: Project = { id: 1, publicId: 'p', name: 'shop', privacyFloor: 0, timeZone: 'UTC', eventDays: null, rollupDays: null, createdAt: 0 }

/** Two projects with an event of each of the last five days; the second keeps all. */
async function setUp(kept: Pick<Project, 'eventDays' | 'rollupDays'>) {
  const folder = mkdtempSync(join(tmpdir(), 'wayside-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const store = await openStore({ engine: 'memory' })
  const batchOf = (projectId: number) => sampleBatch(Array.from({ length: 5 }, (_, day) => sampleNewEvent({ projectId, ip: '203.0.113.7', time: SAMPLE_TIME - day * DAY_MS })), { projectId })
  await store.append(await createSegmentWriter(folder)(1, [batchOf(1), batchOf(2)]))
  const log: string[] = []
  const projects = [{ ...PROJECT, ...kept }, { ...PROJECT, id: 2, publicId: 'q', name: 'blog' }]
  const options = { registry: { projects: async () => projects }, store, log: createLog('info', (line) => log.push(line)), now: () => SAMPLE_TIME }
  const list = (projectId: number) => store.list({ projectId, filters: {}, order: 'oldest', limit: 10, after: null, offset: 0 })
  const count = async (projectId: number) => (await list(projectId)).length
  const countDetailed = async (projectId: number) => (await list(projectId)).filter(({ ip }) => ip !== null).length
  return { options, store, log, count, countDetailed }
}

test('days that a project keeps no longer go, once; those of another stay', async () => {
  const { options, log, count, countDetailed } = await setUp({ eventDays: null, rollupDays: 2 })
  const retention = createRetention(options)

  await retention.apply()
  await retention.apply()

  // Of today, and of the two whole days before it.
  expect([await count(1), await countDetailed(1), await count(2)]).toEqual([3, 3, 5])
  expect(log).toHaveLength(1)
  expect(log[0]).toContain('"events":2')
})

test.each([
  { eventDays: null, rollupDays: null, stays: 5, detailed: 5 },
  { eventDays: 1, rollupDays: null, stays: 5, detailed: 2 },
  { eventDays: 1, rollupDays: 3, stays: 4, detailed: 2 },
  { eventDays: 3, rollupDays: 1, stays: 4, detailed: 4 },
])('of requests that are listed for $eventDays days and counted for $rollupDays, $stays of 5 stay and $detailed with their details', async ({ stays, detailed, ...kept }) => {
  const { options, count, countDetailed } = await setUp(kept)

  await createRetention(options).apply()

  expect([await count(1), await countDetailed(1), await countDetailed(2)]).toEqual([stays, detailed, 5])
})

test('counts of requests that were shed go with their days, though no request of those is left', async () => {
  const { options, store } = await setUp({ eventDays: null, rollupDays: 2 })
  const minute = Math.floor(SAMPLE_TIME / 60_000) - 4 * 1_440
  const row = { minute, lastMinute: minute, method: 'GET', route: null, status: 200, requests: 9, aborted: 0, requestBytes: 0, responseBytes: 0, buckets: [], counts: [] }
  const folder = mkdtempSync(join(tmpdir(), 'wayside-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const retention = createRetention({ ...options, registry: { projects: async () => [{ ...PROJECT, id: 3, rollupDays: 2 }] } })
  await store.append(await createSegmentWriter(folder)(2, [sampleBatch([], { projectId: 3, shed: [row] })]))
  const question: StoreQuery = { projectId: 3, from: SAMPLE_TIME - 10 * DAY_MS, to: SAMPLE_TIME, intervals: null, groupBy: [], filter: null, measures: new Set(), limit: null }
  expect((await store.query(question)).rows).toMatchObject([{ requests: 9 }])

  await retention.apply()

  expect((await store.query(question)).rows).toEqual([])
})

test('what comes late loses its details with the next day, and no day is looked at again before', async () => {
  const { options, store, countDetailed } = await setUp({ eventDays: 1, rollupDays: null })
  let [now, looks] = [SAMPLE_TIME, 0]
  const counting = { ...store, prune: (selection: Parameters<typeof store.prune>[0]) => (looks++, store.prune(selection)) }
  const retention = createRetention({ ...options, store: counting, now: () => now })

  for (let time = 0; time < 3; time++) await retention.apply()
  expect(looks).toBe(1)

  now += DAY_MS
  await retention.apply()
  expect([looks, await countDetailed(1)]).toEqual([2, 1])
})

test('a project whose days cannot be removed keeps nobody else from it, and is tried again', async () => {
  const { options, store, log, count } = await setUp({ eventDays: 1, rollupDays: 1 })
  const projects = (await options.registry.projects()).map((project) => ({ ...project, eventDays: null, rollupDays: 1 }))
  let tries = 0
  const failing = {
    ...store,
    async prune(selection: Parameters<typeof store.prune>[0]) {
      if (tries++ === 0) throw new Error('the disk is full')
      return store.prune(selection)
    },
  }
  const retention = createRetention({ ...options, registry: { projects: async () => projects }, store: failing })

  await retention.apply()
  expect([await count(1), await count(2)]).toEqual([5, 2])
  expect(log[0]).toContain('the disk is full')
  await retention.apply()
  expect(await count(1)).toBe(2)
})
