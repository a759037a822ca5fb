import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openJournal } from '../src/journal/open-journal.ts'
import { createLoader } from '../src/load/loader.ts'
import { openStore } from '../src/store/open-store.ts'
import type { Store } from '../src/store/store.ts'
import { sampleBatch, sampleNewEvent } from '../src/testing/segment-writer.ts'

// What the receiver checks keeps such batches out. These are here to show that one that comes in all the same, by a bug
// or a failing disk, costs itself and nothing else.
const REFUSED = sampleBatch([sampleNewEvent({ path: '/refused' })], { projectId: 2 ** 40, producerId: 'f'.repeat(32) })
const good = (path: string) => sampleBatch([sampleNewEvent({ path })], { producerId: null, ranges: [] })

let dataDir = ''
let warnings: string[] = []
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'wayside-quarantine-'))
  warnings = []
})
afterEach(() => rm(dataDir, { recursive: true }))

async function start() {
  const warn = (message: string) => void warnings.push(message)
  const store = await openStore({ engine: 'duckdb', dataDir, warn })
  const stored = await store.storedUpTo()
  const journal = await openJournal({ folder: join(dataDir, 'journal'), stored, warn })
  const loader = createLoader({ journal, store, stored, intervalMs: 3_600_000, warn })
  return {
    store,
    journal,
    loader,
    async close() {
      await journal.close()
      await loader.close()
      await store.close()
    },
  }
}

const pathsOf = async (store: Store) => (await store.list({ projectId: 1, filters: {}, order: 'oldest', limit: 1_000, after: null, offset: 0 })).map(({ path }) => path)
const asideFiles = async () => (await readdir(join(dataDir, 'journal'))).filter((name) => !name.endsWith('.ndjson'))

test('batches that the engine refuses are set aside, all others of their segment are stored once', async () => {
  const { store, journal, loader, close } = await start()
  const paths = Array.from({ length: 40 }, (_, at) => `/${at}`)
  for (const path of paths.slice(0, 20)) await journal.append(good(path))
  await journal.append(REFUSED)
  for (const path of paths.slice(20)) await journal.append(good(path))
  await journal.append(REFUSED)
  await loader.drain()

  expect((await pathsOf(store)).toSorted()).toEqual(paths.toSorted())
  expect(await asideFiles()).toEqual(['000000000001.ndjson.refused'])
  expect((await readFile(join(dataDir, 'journal', '000000000001.ndjson.refused'), 'utf8')).match(/"\/refused"/g)).toHaveLength(2)
  expect(journal.stats().asideBatches).toBe(2)
  expect(warnings).toEqual([expect.stringContaining('2 batches that cannot be stored were set aside beside it')])
  expect(loader.lag()).toMatchObject({ segments: 0, error: null })

  await journal.append(good('/after'))
  await loader.drain()
  expect(await pathsOf(store)).toContain('/after')
  await close()
})

test('the alarm stays over a restart, until the file is taken away', async () => {
  const first = await start()
  await first.journal.append(REFUSED)
  await first.loader.drain()
  expect(first.journal.alarms()).toEqual([expect.stringContaining('(*.corrupt and *.refused: 1)')])
  await first.close()
  const second = await start()
  expect(second.journal.alarms()).toEqual([expect.stringContaining('(*.corrupt and *.refused: 1)')])
  await second.close()
  await rm(join(dataDir, 'journal', '000000000001.ndjson.refused'))
  const third = await start()
  expect(third.journal.alarms()).toEqual([])
  await third.close()
})

test('a segment that the disk damaged after it was closed loses only the damaged batch', async () => {
  const { store, journal, loader, close } = await start()
  for (const path of ['/a', '/damaged', '/c']) await journal.append(good(path))
  await journal.roll()
  const path = journal.closed()[0]?.path ?? ''
  await writeFile(path, (await readFile(path, 'utf8')).replace('"/damaged"', '"/damaged{'))
  await loader.drain()
  expect(await pathsOf(store)).toEqual(['/a', '/c'])
  expect(await asideFiles()).toEqual(['000000000001.ndjson.corrupt'])
  await close()
})

test('an error that is not about what a segment holds sets nothing aside', async () => {
  const { store, journal, loader, close } = await start()
  await journal.append(good('/a'))
  await journal.roll()
  const segment = journal.closed()[0]
  await rm(segment?.path ?? '')
  await expect(loader.drain()).rejects.toThrow('No files found')
  expect(await asideFiles()).toEqual([])
  expect(await pathsOf(store)).toEqual([])
  await close()
})
