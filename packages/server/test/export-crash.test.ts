import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ExportJob, ExportLink, ExportsList } from '@wayside/protocol'
import { expect, test, vi } from 'vitest'
import type { FailpointName } from '../src/failpoints.ts'
import { sampleBatch } from '../src/testing/sample-batch.ts'
import { sampleEvents } from '../src/testing/sample.ts'
import { startTestServer, type TestServer } from '../src/testing/start-test-server.ts'
import type { ExportCrashOrder } from './export-crash-child.ts'

const EVENTS = 500
const POINTS = ['export.begun', 'export.written', 'export.published'] as const satisfies readonly FailpointName[]

/** A data folder with requests, and no server. */
async function prepare() {
  const server = await startTestServer()
  const key = await server.key('read')
  const time = Date.now() - 60_000
  await server.deliver(sampleBatch(sampleEvents(EVENTS).map((event) => ({ ...event, time }))), await server.key('ingest'))
  await server.stop()
  return { dataDir: server.dataDir, key }
}

/** Runs a server until it kills itself. */
async function runChild(order: ExportCrashOrder): Promise<void> {
  const child = fork(fileURLToPath(new URL('export-crash-child.ts', import.meta.url)), [JSON.stringify(order)], { execArgv: ['--conditions=@wayside/source'] })
  const timer = setTimeout(() => child.kill('SIGTERM'), 60_000)
  const [, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
  clearTimeout(timer)
  expect(signal, `${order.failpoint} was never reached`).toBe('SIGKILL')
}

async function ended(server: TestServer, key: string): Promise<ExportJob> {
  return vi.waitFor(
    async () => {
      const { exports } = (await (await server.get('/api/v1/exports', key)).json()) as ExportsList
      const [job, another] = exports
      if (job === undefined || another !== undefined || job.state === 'queued' || job.state === 'running') throw new Error(JSON.stringify(exports))
      return job
    },
    { timeout: 30_000, interval: 100 },
  )
}

test.each(POINTS)('a server that is killed at %s makes the file when it starts again, once and whole', async (failpoint) => {
  const { dataDir, key } = await prepare()
  await runChild({ dataDir, failpoint, ask: { key, format: 'parquet' } })
  await runChild({ dataDir, failpoint, ask: null })

  const server = await startTestServer({ data: dataDir })
  const job = await ended(server, key)
  const link = (await (await server.post('/api/v1/exports/link', JSON.stringify({ id: job.id }), { authorization: `Bearer ${key}`, 'content-type': 'application/json' })).json()) as ExportLink
  const bytes = (await (await fetch(`${server.url}${link.url}`)).arrayBuffer()).byteLength

  expect(job).toMatchObject({ state: 'done', rows: EVENTS, problem: null, bytes })
  expect(readdirSync(join(dataDir, 'exports')).toSorted()).toEqual([job.id, 'folder-name'].toSorted())
}, 120_000)

test('one whose making has killed the server three times is given up, and says so', async () => {
  const { dataDir, key } = await prepare()
  await runChild({ dataDir, failpoint: 'export.begun', ask: { key, format: 'csv' } })
  for (let at = 0; at < 2; at++) await runChild({ dataDir, failpoint: 'export.begun', ask: null })

  const server = await startTestServer({ data: dataDir })
  const job = await ended(server, key)

  expect(job).toMatchObject({ state: 'failed', problem: 'the server ended 3 times while it made this file' })
  expect(readdirSync(join(dataDir, 'exports'))).toEqual(['folder-name'])
}, 120_000)
