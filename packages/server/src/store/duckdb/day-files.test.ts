import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openSettled } from '../../testing/open-settled.ts'
import { createSegmentWriter, sampleBatch, sampleNewEvent } from '../../testing/segment-writer.ts'
import { createMemoryStore } from '../memory/memory-store.ts'
import type { DuckDbSettings } from '../open-store.ts'
import { RANDOM_FROM, RANDOM_TO, randomBatch } from '../random-history.ts'
import type { StoreFilter, StoreQuery } from '../store-query.ts'
import type { ListQuery, Store } from '../store.ts'

let dataDir = ''
let warnings: string[] = []
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'wayside-days-'))
  warnings = []
})
afterEach(() => rm(dataDir, { recursive: true }))

/** Every append is followed by a snapshot, so that its events are in files. */
const open = (over: Partial<DuckDbSettings> = {}) => openSettled({ engine: 'duckdb', dataDir, snapshotBytes: 1, warn: (message) => warnings.push(message), ...over })
const everything = (over: Partial<ListQuery> = {}): ListQuery => ({ projectId: 1, filters: {}, order: 'oldest', limit: 10_000, after: null, offset: 0, ...over })
const OK: StoreFilter = { kind: 'text', operator: 'is', dimension: 'status', values: [200] }
const listFiles = () => readdir(join(dataDir, 'days'))

test('events in files, late ones and those in the table are listed like the oracle lists them', async () => {
  const oracle = createMemoryStore()
  let snapshotBytes = 1
  const writeSegment = createSegmentWriter(dataDir)
  for (let number = 1; number <= 12; number++) {
    // The last two segments stay in the table.
    if (number === 11) snapshotBytes = 1_000_000_000
    const store = await open({ snapshotBytes })
    const segment = await writeSegment(number, [randomBatch(number), randomBatch(number + 100)])
    await Promise.all([store.append(segment), oracle.append(segment)])
    await store.close()
  }
  const store = await open({ snapshotBytes })
  expect((await listFiles()).length).toBeGreaterThan(3)
  expect(await store.list(everything())).toEqual(await oracle.list(everything()))
  for (const order of ['oldest', 'newest'] as const) {
    for (const filters of [{}, { where: OK }, { from: RANDOM_FROM + 7_200_000, to: RANDOM_TO - 7_200_000 }]) {
      const page = everything({ order, filters, limit: 7, offset: 3 })
      expect(await store.list(page), JSON.stringify(page)).toEqual(await oracle.list(page))
      await expectSamePages(store, oracle, { ...page, offset: 0 })
    }
  }
  await store.close()
}, 60_000)

async function expectSamePages(store: Store, oracle: Store, query: ListQuery): Promise<void> {
  let next = query
  for (let pages = 0; pages < 6; pages++) {
    const expected = await oracle.list(next)
    expect(await store.list(next)).toEqual(expected)
    const last = expected.at(-1)
    if (last === undefined) return
    next = { ...query, after: { time: last.time, id: last.id } }
  }
}

test('pages over many files are those of the oracle, whether the first files fill them or none does', async () => {
  const oracle = createMemoryStore()
  const store = await open()
  const writeSegment = createSegmentWriter(dataDir)
  const DAY_MS = 86_400_000
  for (let number = 1; number <= 20; number++) {
    const time = RANDOM_FROM + ((number * 7) % 20) * DAY_MS
    const events = Array.from({ length: 5 }, (_, at) => sampleNewEvent({ time: time + Math.floor(at / 2), receivedAt: time + number, path: `/${number % 4}`, status: number === 3 ? 404 : 200 }))
    const segment = await writeSegment(number, [sampleBatch(events)])
    await Promise.all([store.append(segment), oracle.append(segment)])
  }
  expect((await listFiles()).length).toBeGreaterThanOrEqual(20)

  const is = (dimension: 'status' | 'path', value: number | string): StoreFilter => ({ kind: 'text', operator: 'is', dimension, values: [value] })
  for (const order of ['oldest', 'newest', 'received'] as const) {
    for (const filters of [{}, { where: is('status', 404) }, { where: is('path', '/2') }, { from: RANDOM_FROM + 3 * DAY_MS, to: RANDOM_FROM + 9 * DAY_MS }]) {
      for (const [limit, offset] of [[1, 0], [5, 0], [20, 0], [7, 30], [1_000, 0]] as const) {
        const page = everything({ order, filters, limit, offset })
        expect(await store.list(page), JSON.stringify(page)).toEqual(await oracle.list(page))
      }
      if (order !== 'received') await expectSamePages(store, oracle, everything({ order, filters, limit: 9 }))
    }
  }
  await store.close()
}, 120_000)

test('a question that runs while events move sees each of them once', async () => {
  const store = await open()
  const writeSegment = createSegmentWriter(dataDir)
  let stored = 0
  let done = false
  const asking = (async () => {
    while (!done) {
      const least = stored
      const ids = (await store.list(everything())).map(({ id }) => id)
      expect(new Set(ids).size).toBe(ids.length)
      expect(ids.length).toBeGreaterThanOrEqual(least)
    }
  })()
  for (let number = 1; number <= 8; number++) {
    await store.append(await writeSegment(number, [sampleBatch(Array.from({ length: 50 }, () => sampleNewEvent()))]))
    stored += 50
  }
  done = true
  await asking
  await store.close()
}, 60_000)

test('late events do not make files without end', async () => {
  const store = await open()
  const writeSegment = createSegmentWriter(dataDir)
  for (let number = 1; number <= 30; number++) await store.append(await writeSegment(number, [sampleBatch([sampleNewEvent({ path: `/${number}` })])]))
  expect((await store.list(everything())).map(({ path }) => path)).toEqual(Array.from({ length: 30 }, (_, at) => `/${at + 1}`))
  // Those that two snapshots still count on among them.
  expect((await listFiles()).length).toBeLessThanOrEqual(18)
  await store.close()
}, 60_000)

test('a pruned project leaves the files that it shared with others, and the files that were its own', async () => {
  const store = await open()
  const writeSegment = createSegmentWriter(dataDir)
  const secret = 'planted-in-project-2'
  const other = sampleBatch([sampleNewEvent({ projectId: 2, path: `/${secret}` })], { projectId: 2 })
  await store.append(await writeSegment(1, [sampleBatch([sampleNewEvent({ path: '/kept' })]), other]))
  await store.append(await writeSegment(2, [other]))
  const before = await listFiles()

  expect(await store.prune({ projectId: 2 })).toEqual({ events: 2 })
  expect(await store.list(everything({ projectId: 2 }))).toEqual([])
  expect(await store.list(everything())).toMatchObject([{ path: '/kept' }])
  expect(await listFiles()).toHaveLength(1)
  expect(before).not.toContain((await listFiles())[0])
  expect((await store.storedUpTo()).segment).toBe(2)
  await store.close()
})

test('a pruned consumer leaves the files and the sums that it was in, and files without it stay as they are', async () => {
  const store = await open({ cellRules: { minEvents: 0, minEventsOfHours: 0, minGain: 0 } })
  const writeSegment = createSegmentWriter(dataDir)
  const ada = { userId: 'ada', consumerKind: 'user', consumer: 'ada' } as const
  const times = { now: RANDOM_FROM, nextDay: RANDOM_FROM + 86_400_000 }
  await store.append(await writeSegment(1, [sampleBatch([sampleNewEvent({ ...ada, time: times.now }), sampleNewEvent({ path: '/kept', time: times.now })])]))
  await store.append(await writeSegment(2, [sampleBatch([sampleNewEvent({ path: '/later', time: times.nextDay })])]))
  const before = await listFiles()

  expect(await store.prune({ projectId: 1, consumer: { kind: 'user', consumer: 'ada', before: times.nextDay } })).toEqual({ events: 1 })

  expect((await store.list(everything())).map(({ path }) => path)).toEqual(['/kept', '/later'])
  const range = { from: times.now - (times.now % 86_400_000), to: times.nextDay - (times.nextDay % 86_400_000) + 86_400_000 }
  const answer = await store.query({ projectId: 1, ...range, intervals: null, groupBy: [], filter: null, measures: new Set(['latency', 'consumers']), limit: null })
  expect(answer).toMatchObject({ source: 'rollup', rows: [{ requests: 2, latency: new Map([[expect.any(Number), 2]]) }] })
  const after = await listFiles()
  expect(after).toHaveLength(2)
  expect(after.filter((name) => before.includes(name))).toHaveLength(1)
  await store.close()
}, 60_000)

test('days that are over for a project leave its files and their sums, and files of later days stay as they are', async () => {
  const store = await open({ cellRules: { minEvents: 0, minEventsOfHours: 0, minGain: 0 } })
  const writeSegment = createSegmentWriter(dataDir)
  const dayMs = 86_400_000
  const day = RANDOM_FROM - (RANDOM_FROM % dayMs)
  const other = sampleBatch([sampleNewEvent({ projectId: 2, path: '/other', time: day + dayMs })], { projectId: 2 })
  await store.append(await writeSegment(1, [sampleBatch([0, 1, 2].map((at) => sampleNewEvent({ path: `/${at}`, time: day + at * dayMs }))), other]))
  const before = (await listFiles()).toSorted()

  expect(await store.prune({ projectId: 1, before: day + 2 * dayMs })).toEqual({ events: 2 })

  expect((await store.list(everything())).map(({ path }) => path)).toEqual(['/2'])
  expect((await store.list(everything({ projectId: 2 }))).map(({ path }) => path)).toEqual(['/other'])
  const answer = await store.query({ projectId: 1, from: day, to: day + 3 * dayMs, intervals: null, groupBy: [], filter: null, measures: new Set(['latency']), limit: null })
  expect(answer).toMatchObject({ source: 'rollup', rows: [{ requests: 1 }] })
  // The first day was only of this project, the second also of the other, and the third is the same file.
  const after = (await listFiles()).toSorted()
  expect([before.length, after.length, after[1]]).toEqual([3, 2, before[2]])
  await store.close()
}, 60_000)

test('details that are over for a project leave its files without a trace in their bytes, and sums are made of what stays', async () => {
  const store = await open({ cellRules: { minEvents: 0, minEventsOfHours: 0, minGain: 0 } })
  const writeSegment = createSegmentWriter(dataDir)
  const dayMs = 86_400_000
  const day = RANDOM_FROM - (RANDOM_FROM % dayMs)
  const secret = 'x-marks-the-spot'
  await store.append(await writeSegment(1, [sampleBatch([0, 1].map((at) => sampleNewEvent({ path: `/${secret}/${at}`, route: '/:name', userAgent: secret, errorMessage: secret, tags: { name: secret }, time: day + at * dayMs })))]))
  const bytes = async (name: string) => (await readFile(join(dataDir, 'days', name))).toString('latin1')
  const question: StoreQuery = { projectId: 1, from: day, to: day + 2 * dayMs, intervals: null, groupBy: ['route'], filter: null, measures: new Set(['latency']), limit: null }
  const before = await store.query(question)

  expect(await store.prune({ projectId: 1, before: day + dayMs, thin: true })).toEqual({ events: 1 })

  expect(await store.query(question)).toEqual(before)
  expect((await store.list(everything())).map(({ path }) => path)).toEqual(['/:name', `/${secret}/1`])
  await expect.poll(async () => (await listFiles()).length).toBe(2)
  const [first = '', second = ''] = (await listFiles()).toSorted()
  expect([(await bytes(first)).includes('x-marks'), (await bytes(second)).includes('x-marks')]).toEqual([false, expect.any(Boolean)])
  await store.close()
}, 60_000)

test('a file that is missing or cut costs its own events, is told, and keeps nothing else from being answered', async () => {
  const first = await open()
  const writeSegment = createSegmentWriter(dataDir)
  const day = 86_400_000
  for (const [at, path] of ['/a', '/b', '/c'].entries()) {
    await first.append(await writeSegment(at + 1, [sampleBatch([sampleNewEvent({ path, time: RANDOM_FROM + at * day })])]))
  }
  await first.close()
  const [one = '', two = ''] = (await listFiles()).toSorted()
  await rm(join(dataDir, 'days', one))
  await writeFile(join(dataDir, 'days', two), 'cut')

  const second = await open()
  expect((await second.list(everything())).map(({ path }) => path)).toEqual(['/c'])
  expect(second.alarms()).toEqual([expect.stringContaining('2 files in')])
  expect(warnings.at(-1)).toContain('are missing or cut')
  await second.close()
  expect(await listFiles()).toContain(two)
})

test('only the owner can read the files', async () => {
  const store = await open()
  await store.append(await createSegmentWriter(dataDir)(1, [sampleBatch([sampleNewEvent()])]))
  const [name = ''] = await listFiles()
  expect((await stat(join(dataDir, 'days'))).mode & 0o777).toBe(0o700)
  expect((await stat(join(dataDir, 'days', name))).mode & 0o777).toBe(0o600)
  await store.close()
})
