import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'vitest'
import { openSettled } from '../testing/open-settled.ts'
import { createSegmentWriter } from '../testing/segment-writer.ts'
import { openStore } from './open-store.ts'
import { queryConformance } from './query-conformance.ts'
import type { Store } from './store.ts'

const ENGINES: Readonly<Record<string, (dataDir: string) => Promise<Store>>> = {
  memory: () => openStore({ engine: 'memory' }),
  duckdb: (dataDir) => openStore({ engine: 'duckdb', dataDir }),
  // A snapshot after every segment: all events are in files, and every file has every kind of cells. That takes minutes;
  // `duckdb/query/query.test.ts` asks as much of less.
  ...(process.env['WAYSIDE_QUESTIONS'] !== undefined && {
    'duckdb, from cells,': (dataDir: string) => openSettled({ engine: 'duckdb', dataDir, snapshotBytes: 1, cellRules: { minEvents: 0, minEventsOfHours: 0, minGain: 0 } }),
  }),
}

/** `npm run check -- questions` asks 2,000 of each engine. */
const CASES = queryConformance(Number(process.env['WAYSIDE_QUESTIONS'] ?? 200))

let dataDir = ''
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'wayside-query-'))
})
afterEach(() => rm(dataDir, { recursive: true }))

describe.each(Object.entries(ENGINES))('questions to the %s store', (_engine, open) => {
  test.each(CASES)('$name', async ({ run }) => {
    const store = await open(dataDir)
    try {
      await run(store, createSegmentWriter(dataDir))
    } finally {
      await store.close()
    }
  }, 600_000)
})
