import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'vitest'
import { createSegmentWriter } from '../testing/segment-writer.ts'
import { openStore, type StoreSettings } from './open-store.ts'
import { STORE_CONFORMANCE } from './store-conformance.ts'

/** ClickHouse has these cases in a file of its own, since one process opens one chDB. */
const ENGINES: Readonly<Record<Exclude<StoreSettings['engine'], 'clickhouse'>, (dataDir: string) => StoreSettings>> = {
  memory: () => ({ engine: 'memory' }),
  duckdb: (dataDir) => ({ engine: 'duckdb', dataDir }),
}

let dataDir = ''
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'wayside-store-'))
})
afterEach(() => rm(dataDir, { recursive: true }))

describe.each(Object.entries(ENGINES))('the %s store', (_engine, toSettings) => {
  test.each(STORE_CONFORMANCE)('$name', async ({ run }) => {
    const store = await openStore(toSettings(dataDir))
    try {
      await run(store, createSegmentWriter(dataDir))
    } finally {
      await store.close()
    }
  }, 30_000)
})
