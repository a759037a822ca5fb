import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openSqliteDatabase } from '../database/sqlite-database.ts'
import { NO_FAILPOINTS } from '../failpoints.ts'
import { createLog } from '../log/log.ts'
import { createRegistry } from '../registry/create-registry.ts'
import { createExports } from '../registry/exports.ts'
import { createMemoryStore } from '../store/memory/memory-store.ts'
import { createExporter } from './create-exporter.ts'
import { openExportsFolder } from './exports-folder.ts'

/** Tables and a folder, which several processes share. */
async function setUp() {
  const data = mkdtempSync(join(tmpdir(), 'wayside-'))
  onTestFinished(() => rmSync(data, { recursive: true }))
  const database = await openSqliteDatabase(join(data, 'test.sqlite'))
  onTestFinished(() => database.close())
  const registry = createRegistry(database, Buffer.alloc(32, 1))
  const project = await registry.createProject({ name: 'shop' })
  const exports = createExports(database, Buffer.alloc(32, 1))
  const folder = await openExportsFolder(join(data, 'exports'))
  const log: string[] = []
  const open = async (makes: boolean) => {
    const making = { exports, registry, store: createMemoryStore(), folder, maxBytes: 1e9, minFreeBytes: 0, keepMs: 60_000, claimMs: 60_000, now: Date.now, failpoint: NO_FAILPOINTS }
    const exporter = await createExporter({ ...making, makes, alone: true, log: createLog('debug', (line) => log.push(line)) })
    onTestFinished(() => exporter.close())
    return exporter
  }
  return { exports, folder, project, open }
}

test('a process that only asks for files leaves them to one that makes them', async () => {
  const { exports, folder, project, open } = await setUp()
  const asking = await open(false)
  await asking.ask(project, { format: 'csv', requests: {} }, 'key')
  expect(await exports.list(project.id)).toMatchObject([{ state: 'queued', attempts: 0 }])
  await asking.close()
  expect([...(await folder.list())]).toEqual([])

  await open(true)

  await vi.waitFor(async () => expect(await exports.list(project.id)).toMatchObject([{ state: 'done', attempts: 1, rows: 0 }]), { timeout: 10_000, interval: 20 })
})

test('what a process was making when it was closed is made by the next, as if it had not begun', async () => {
  const { exports, project, open } = await setUp()
  const first = await open(true)
  for (let at = 0; at < 4; at++) await first.ask(project, { format: 'parquet', requests: {} }, 'key')
  await first.close()
  const left = (await exports.list(project.id)).filter(({ state }) => state !== 'done')
  expect(left.map(({ state, attempts }) => [state, attempts])).toEqual(left.map(() => ['queued', 0]))

  await open(true)

  await vi.waitFor(async () => expect((await exports.list(project.id)).map(({ state }) => state)).toEqual(['done', 'done', 'done', 'done']), { timeout: 20_000, interval: 20 })
})
