import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openSqliteDatabase } from '../database/sqlite-database.ts'
import { NO_FAILPOINTS } from '../failpoints.ts'
import { createRegistry } from '../registry/create-registry.ts'
import { createExports, type ExportRecord } from '../registry/exports.ts'
import { createMemoryStore } from '../store/memory/memory-store.ts'
import { StoreBusy } from '../store/store-busy.ts'
import { createSegmentWriter, sampleBatch, sampleNewEvent } from '../testing/segment-writer.ts'
import { SAMPLE_TIME } from '../testing/sample.ts'
import { openExportsFolder } from './exports-folder.ts'
import { ExportGone, makeExport, type ExportMaking } from './make-export.ts'

/** A folder, tables and a store with five requests, of which exports can be asked for. */
async function setUp(over: Partial<ExportMaking> = {}) {
  const data = mkdtempSync(join(tmpdir(), 'wayside-'))
  onTestFinished(() => rmSync(data, { recursive: true }))
  const database = await openSqliteDatabase(join(data, 'test.sqlite'))
  onTestFinished(() => database.close())
  const registry = createRegistry(database, Buffer.alloc(32, 1))
  const project = await registry.createProject({ name: 'shop' })
  const exports = createExports(database, Buffer.alloc(32, 1))
  const store = createMemoryStore()
  const events = Array.from({ length: 5 }, (_, at) => sampleNewEvent({ projectId: project.id, path: `/${at}` }))
  await store.append(await createSegmentWriter(data)(1, [sampleBatch(events, { projectId: project.id })]))
  const folder = await openExportsFolder(join(data, 'exports'))
  const making: ExportMaking = { exports, registry, store, folder, maxBytes: 1e9, minFreeBytes: 0, keepMs: 1_000, claimMs: 60_000, now: () => SAMPLE_TIME + 1_000, failpoint: NO_FAILPOINTS, ...over }
  return {
    making,
    exports,
    project,
    async claim(forMs: number): Promise<ExportRecord> {
      const content = { of: 'requests', from: SAMPLE_TIME, to: SAMPLE_TIME + 1, filter: null } as const
      if ((await exports.list(project.id)).length === 0)
        await exports.add({ projectId: project.id, content, format: 'ndjson', fileName: 'a.ndjson', folder: folder.name, askedBy: 'key', period: null, expiresAt: null }, { waiting: 5, kept: 5 })
      const record = await exports.claim(folder.name, forMs)
      if (record === null) throw new Error('there is nothing to claim')
      return record
    },
    files: () => readdirSync(join(data, 'exports')).filter((name) => name !== 'folder-name'),
    text: (id: string) => readFileSync(folder.pathOf(id), 'utf8'),
  }
}

const never = new AbortController().signal

test('a process that was too slow leaves what another has made in its place', async () => {
  const { making, exports, project, claim, files, text } = await setUp()
  const slow = await claim(-1)
  const quick = await claim(60_000)

  await makeExport(quick, making, never)
  await expect(makeExport(slow, making, never)).rejects.toBeInstanceOf(ExportGone)

  expect(files()).toEqual([quick.id])
  expect(text(quick.id).trimEnd().split('\n')).toHaveLength(5)
  expect(await exports.find(project.id, quick.id)).toMatchObject({ state: 'done', rows: 5 })
})

test('nothing is left of an export that was removed while it was made', async () => {
  const { making, exports, project, claim, files } = await setUp()
  const record = await claim(60_000)
  const removing: ExportMaking = {
    ...making,
    store: {
      ...making.store,
      async list(query) {
        await exports.remove(project.id, record.id)
        return making.store.list(query)
      },
    },
  }

  await expect(makeExport(record, removing, never)).rejects.toBeInstanceOf(ExportGone)

  expect(files()).toEqual([])
})

test('a disk that is nearly full ends it, and says so', async () => {
  const { making, claim, files } = await setUp({ minFreeBytes: Number.MAX_SAFE_INTEGER })

  await expect(makeExport(await claim(60_000), making, never)).rejects.toThrow('the disk of the server is nearly full')

  expect(files()).toEqual([])
})

test('a store that is busy is asked again', async () => {
  const { making, claim } = await setUp()
  let busy = 1
  const store: ExportMaking['store'] = { ...making.store, list: async (query) => (busy-- > 0 ? Promise.reject(new StoreBusy('busy')) : making.store.list(query)) }

  expect(await makeExport(await claim(60_000), { ...making, store }, never)).toMatchObject({ rows: 5 })
})

test('a store that fails ends it with its reason and leaves nothing', async () => {
  const { making, claim, files } = await setUp()
  const store: ExportMaking['store'] = { ...making.store, list: async () => Promise.reject(new Error('no such table')) }

  await expect(makeExport(await claim(60_000), { ...making, store }, never)).rejects.toThrow('no such table')

  expect(files()).toEqual([])
})
