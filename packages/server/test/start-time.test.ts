import { copyFile, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { BatchHeader } from '../src/journal/journal-batch.ts'
import { openJournal } from '../src/journal/open-journal.ts'
import { toSegmentPath } from '../src/journal/segment-file.ts'
import { createLedger } from '../src/ledger/ledger.ts'
import { recoverBatch } from '../src/ledger/restore-ledger.ts'
import { openStore } from '../src/store/open-store.ts'
import { createSegmentWriter, sampleBatch, sampleNewEvent } from '../src/testing/segment-writer.ts'

const GIB = 1024 ** 3
/** What waits in the journal. The full run (`npm run full`) sets a GiB; with little of it, a start's own noise is what counts. */
const JOURNAL_BYTES = Number(process.env['WAYSIDE_JOURNAL_MIB'] ?? 256) * 1024 ** 2
const MAX_MS_PER_GIB = 5_000

let dataDir = ''
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'wayside-start-'))
})
afterEach(() => rm(dataDir, { recursive: true }))

test('row 43: a start takes at most 5 s for each GiB of journal, beyond what it takes without one', async () => {
  const emptyMs = await measureStart(join(dataDir, 'empty'))
  const bytes = await writeJournal(join(dataDir, 'full'))
  const fullMs = await measureStart(join(dataDir, 'full'))
  const figures = `${Math.round(emptyMs)} ms without a journal, ${Math.round(fullMs)} ms with ${Math.round(bytes / 1024 ** 2)} MiB of it`
  expect(fullMs - emptyMs, figures).toBeLessThanOrEqual((bytes / GIB) * MAX_MS_PER_GIB)
}, 300_000)

/** What happens before the server listens, the loader aside: it works in the background afterwards. */
async function measureStart(folder: string): Promise<number> {
  const before = performance.now()
  const warn = (message: string) => expect(message).toBe('')
  const store = await openStore({ engine: 'duckdb', dataDir: folder, warn })
  const ledger = createLedger()
  const onRecovered = (header: BatchHeader) => recoverBatch(ledger, header)
  const journal = await openJournal({ folder: join(folder, 'journal'), stored: await store.storedUpTo(), onRecovered, warn })
  const tookMs = performance.now() - before
  await journal.close()
  await store.close()
  return tookMs
}

async function writeJournal(folder: string): Promise<number> {
  const events = Array.from({ length: 500 }, (_, at) => sampleNewEvent({ path: `/users/${at}`, userAgent: `Mozilla/5.0 (X11; Linux x86_64) ${at}` }))
  const batches = Array.from({ length: 220 }, (_, at) => sampleBatch(events, { ranges: [{ from: at * 500 + 1, to: at * 500 + 500 }] }))
  const first = await createSegmentWriter(folder)(1, batches)
  const { size } = await stat(first.path)
  const segments = Math.ceil(JOURNAL_BYTES / size)
  for (let number = 2; number <= segments; number++) await copyFile(first.path, toSegmentPath(join(folder, 'journal'), number))
  return size * segments
}
