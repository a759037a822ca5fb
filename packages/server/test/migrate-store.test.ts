import { mkdtemp, rm } from 'node:fs/promises'
import { execFile } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { startChdb } from '@wayside/testing'
import { expect, onTestFinished, test } from 'vitest'
import { sampleBatch } from '../src/testing/sample-batch.ts'
import { sampleEvents } from '../src/testing/sample.ts'
import { startTestServer } from '../src/testing/start-test-server.ts'

const MAIN = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url))

test('the command moves a data folder into ClickHouse, and a server there answers as before', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'wayside-migrate-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const data = join(folder, 'data')
  const question = `/api/v1/query?q=${encodeURIComponent('{"metrics":["requests","p95","consumers"],"dimensions":["endpoint"],"range":{"from":"2026-01-01","to":"2026-01-08"}}')}`
  const rowsOf = async (answer: Response) => ((await answer.json()) as { readonly rows: unknown }).rows

  const before = await startTestServer({ data })
  await before.deliver(sampleBatch(sampleEvents(40)), await before.key('ingest'))
  const read = await before.key('read')
  const rows = await rowsOf(await before.get(question, read))
  await before.stop()

  const chdb = await startChdb(join(folder, 'chdb'))
  onTestFinished(() => chdb.stop())
  const migrate = () => promisify(execFile)(process.execPath, ['--conditions=@wayside/source', MAIN, 'migrate-store', '--data', data, '--clickhouse-url', chdb.url])
  expect((await migrate()).stderr).toContain('moved 40 events to')
  // Once more changes nothing.
  expect((await migrate()).stderr).toContain('moved 40 events to')

  const after = await startTestServer({ data, clickhouseUrl: chdb.url })
  expect(rows).toHaveLength(1)
  expect(await rowsOf(await after.get(question, read))).toEqual(rows)
}, 300_000)
