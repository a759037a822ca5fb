import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'vitest'
import { createChdbClient } from '../../testing/chdb-client.ts'
import { createSegmentWriter } from '../../testing/segment-writer.ts'
import { QUERY_CONFORMANCE } from '../query-conformance.ts'
import { createClickHouseStore } from './clickhouse-store.ts'

let dataDir = ''
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'wayside-clickhouse-'))
})
afterEach(() => rm(dataDir, { recursive: true }))

test.each(QUERY_CONFORMANCE.map((each, at) => ({ ...each, database: `questions_${at}` })))('$name', async ({ run, database }) => {
  const store = await createClickHouseStore({ client: createChdbClient(), database, cluster: null, owner: 'main' })
  try {
    await run(store, createSegmentWriter(dataDir))
  } finally {
    await store.close()
  }
}, 600_000)
