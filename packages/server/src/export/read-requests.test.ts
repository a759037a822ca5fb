import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openStore, type StoreSettings } from '../store/open-store.ts'
import type { ListQuery } from '../store/store.ts'
import type { StoredEvent } from '../store/stored-event.ts'
import { createSegmentWriter, sampleBatch, sampleNewEvent } from '../testing/segment-writer.ts'
import { readRequests } from './read-requests.ts'

const HOUR_MS = 3_600_000
const START = Date.UTC(2026, 0, 2)

/** A store with events at these times, and what it was asked. */
async function openWith(engine: 'memory' | 'duckdb', times: readonly number[]) {
  const dataDir = await mkdtemp(join(tmpdir(), 'wayside-'))
  onTestFinished(() => rm(dataDir, { recursive: true }))
  const settings: StoreSettings = engine === 'memory' ? { engine } : { engine, dataDir }
  const store = await openStore(settings)
  onTestFinished(() => store.close())
  const events = times.map((time, at) => sampleNewEvent({ time, path: `/${at}` }))
  if (events.length > 0) await store.append(await createSegmentWriter(dataDir)(1, [sampleBatch(events)]))
  const asked: ListQuery[] = []
  const list = (query: ListQuery): Promise<readonly StoredEvent[]> => {
    asked.push(query)
    return store.list(query)
  }
  return { store: { list }, asked }
}

async function read(store: Parameters<typeof readRequests>[0]['store'], from: number, to: number, pageSize = 10): Promise<readonly string[]> {
  const paths: string[] = []
  for await (const page of readRequests({ store, projectId: 1, from, to, where: null, signal: new AbortController().signal, pageSize })) paths.push(...page.map(({ path }) => path))
  return paths
}

test.each(['memory', 'duckdb'] as const)('all requests of the range come once, in the order of time, from the %s store', async (engine) => {
  const crowd = Array.from({ length: 35 }, () => START + 5_000)
  const spread = Array.from({ length: 120 }, (_, at) => START + HOUR_MS + at * 600_000)
  const outside = [START - 1, START + 48 * HOUR_MS]
  const { store } = await openWith(engine, [...crowd, ...spread, ...outside])

  expect(await read(store, START, START + 48 * HOUR_MS)).toEqual([...crowd, ...spread].map((_, at) => `/${at}`))
})

test('years without a request cost few questions, and a crowd costs no more than its pages', async () => {
  const { store, asked } = await openWith('memory', Array.from({ length: 1_000 }, (_, at) => START + at))

  const paths = await read(store, START - 5 * 365 * 24 * HOUR_MS, START + HOUR_MS, 100)

  expect(paths).toHaveLength(1_000)
  expect(asked.length).toBeLessThan(40)
})

test('an empty range asks nothing', async () => {
  const { store, asked } = await openWith('memory', [])

  expect(await read(store, START, START)).toEqual([])
  expect(asked).toEqual([])
})
