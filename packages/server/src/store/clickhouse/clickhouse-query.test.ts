import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'vitest'
import { createChdbClient } from '../../testing/chdb-client.ts'
import { createSegmentWriter } from '../../testing/segment-writer.ts'
import { queryConformance } from '../query-conformance.ts'
import { createClickHouseStore } from './clickhouse-store.ts'

/** `npm run check -- questions` asks 2,000 of each engine. */
const CASES = queryConformance(Number(process.env['WAYSIDE_QUESTIONS'] ?? 200))

let dataDir = ''
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'wayside-clickhouse-'))
})
afterEach(() => rm(dataDir, { recursive: true }))

test.each(CASES.map((each, at) => ({ ...each, database: `questions_${at}` })))('$name', async ({ run, database }) => {
  const store = await createClickHouseStore({ client: createChdbClient(), database, cluster: null, questionTimeoutMs: 60_000, journal: { owner: 'main', number: 0 } })
  try {
    await run(store, createSegmentWriter(dataDir))
  } finally {
    await store.close()
  }
}, 600_000)
