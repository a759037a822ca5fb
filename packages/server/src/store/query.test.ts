import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'vitest'
import { createSegmentWriter } from '../testing/segment-writer.ts'
import { openStore, type StoreSettings } from './open-store.ts'
import { QUERY_CONFORMANCE } from './query-conformance.ts'

const ENGINES: Readonly<Record<'memory' | 'duckdb', (dataDir: string) => StoreSettings>> = {
  memory: () => ({ engine: 'memory' }),
  duckdb: (dataDir) => ({ engine: 'duckdb', dataDir }),
}

let dataDir = ''
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'wayside-query-'))
})
afterEach(() => rm(dataDir, { recursive: true }))

describe.each(Object.entries(ENGINES))('questions to the %s store', (_engine, toSettings) => {
  test.each(QUERY_CONFORMANCE)('$name', async ({ run }) => {
    const store = await openStore(toSettings(dataDir))
    try {
      await run(store, createSegmentWriter(dataDir))
    } finally {
      await store.close()
    }
  }, 120_000)
})
