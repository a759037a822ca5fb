import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { SAMPLE_TIME, sampleEvents } from '../src/testing/sample.ts'
import { sampleBatch } from '../src/testing/sample-batch.ts'
import { startTestServer } from '../src/testing/start-test-server.ts'

const FOLDERS = join(import.meta.dirname, 'data-folders')

test.each(readdirSync(FOLDERS))('the data folder %s of an earlier version is opened with all that is in it, and goes on', async (name) => {
  const data = mkdtempSync(join(tmpdir(), 'wayside-kept-'))
  onTestFinished(() => rmSync(data, { recursive: true, force: true }))
  expect(spawnSync('tar', ['--extract', '--gzip', '--file', join(FOLDERS, name), '--directory', data]).status).toBe(0)
  const { key, requests } = JSON.parse(readFileSync(join(data, 'expected.json'), 'utf8')) as { readonly key: string; readonly requests: number }

  const server = await startTestServer({ data, now: () => SAMPLE_TIME + 1_000 })
  await server.drain()
  const count = async () => ((await (await server.get('/api/v1/overview', key)).json()) as { readonly totals: { readonly requests: number } }).totals.requests

  expect(await count()).toBe(requests)
  // What came before is known again: of these only the last is new.
  await server.deliver(sampleBatch(sampleEvents(requests + 1)), key)
  expect(await count()).toBe(requests + 1)
  expect(await (await server.get('/readyz')).json()).toMatchObject({ alarms: [] })
})
