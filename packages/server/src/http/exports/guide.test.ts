import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { ExportsList } from '@wayside/protocol'
import { expect, onTestFinished, test, vi } from 'vitest'
import { sampleBatch } from '../../testing/sample-batch.ts'
import { sampleEvent } from '../../testing/sample.ts'
import { startTestServer } from '../../testing/start-test-server.ts'

const guide = readFileSync(new URL('../../../../../docs/guide/exports.md', import.meta.url), 'utf8')
const [commandLine = '', ...programs] = [...guide.matchAll(/```sh\n(.*?)```/gs)].map(([, text = '']) => text)
const MAIN = fileURLToPath(new URL('../../cli/main.ts', import.meta.url))

/** Runs lines of the guide in a shell, in a folder of their own, and answers with what they print. */
function createShell(env: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'wayside-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const wayside = [process.execPath, '--no-warnings', '--conditions=@wayside/source', MAIN].map((word) => `'${word}'`).join(' ')
  const run = async (line: string) => (await promisify(execFile)('sh', ['-ec', `wayside() { ${wayside} "$@"; }\n${line}`], { cwd: folder, env: { PATH: process.env['PATH'] ?? '', ...env } })).stdout
  return { folder, run }
}

async function startWithRequests() {
  const server = await startTestServer()
  const key = await server.key('read')
  const events = [sampleEvent({ seq: 1, time: Date.now() - 60_000, userId: 'ada' }), sampleEvent({ seq: 2, time: Date.now() - 60_000, userId: 'eve', status: 500 })]
  await server.deliver(sampleBatch(events), await server.key('ingest'))
  return { server, key }
}

test('every command of the guide writes its file and leaves none at the server', async () => {
  const { server, key } = await startWithRequests()
  const { folder, run } = createShell({ WAYSIDE_URL: server.url, WAYSIDE_READ_KEY: key })

  const lines = commandLine.trim().split('\n')
  expect(lines).toHaveLength(4)
  const printed: string[] = []
  for (const line of lines) printed.push(await run(line))

  expect(printed).toEqual(['', '', '', expect.stringMatching(/^consumer,requests,?.*\r?\n$/)])
  const [parquet = '', ...others] = readdirSync(folder).toSorted().toReversed()
  expect([parquet, ...others]).toEqual([expect.stringMatching(/^wayside-requests-[\d-]+-to-[\d-]+\.parquet$/), 'failed.ndjson', 'endpoints.csv'])
  expect(readFileSync(join(folder, parquet), 'latin1').slice(0, 4)).toBe('PAR1')
  expect(JSON.parse(readFileSync(join(folder, 'failed.ndjson'), 'utf8'))).toMatchObject({ userId: 'eve', status: 500 })
  expect(readFileSync(join(folder, 'endpoints.csv'), 'utf8')).toMatch(/^endpoint,time:day,requests,p95\r\nGET \/users\/:id,/)
  expect(await (await server.get('/api/v1/exports', key)).json()).toEqual({ exports: [] })
}, 180_000)

test('every request of the guide is answered as it says', async () => {
  const { server, key } = await startWithRequests()
  const { run } = createShell({ WAYSIDE_READ_KEY: key, WAYSIDE_ADMIN_KEY: await server.key('admin') })
  const requests = programs.flatMap((text) => text.replaceAll('\\\n', ' ').trim().split('\n')).map((line) => line.replaceAll('http://127.0.0.1:4270', server.url))
  expect(requests).toHaveLength(7)
  const ask = async (at: number, id = '') => JSON.parse(await run(`EXPORT_ID=${id}\n${requests[at] ?? ''}`)) as Record<string, unknown>

  const asked = [await ask(0), await ask(1)]
  const listed = await vi.waitFor(
    async () => {
      const { exports } = (await ask(2)) as unknown as ExportsList
      expect(exports.map(({ state }) => state)).toEqual(['done', 'done'])
      return exports
    },
    { timeout: 30_000, interval: 200 },
  )
  const [zip] = listed.filter(({ format }) => format === 'zip')
  const link = await ask(3, zip?.id)
  const file = await fetch(`${server.url}${String(link['url'])}`)
  const removed = await ask(4, zip?.id)

  expect(asked).toMatchObject([{ format: 'csv', of: 'requests' }, { format: 'zip', of: 'query' }])
  expect([file.status, zip?.rows, removed['id']]).toEqual([200, 2, zip?.id])
  expect([await ask(5), await ask(6)]).toEqual([{ daily: true, monthly: true, format: 'parquet' }, { daily: true, monthly: true, format: 'parquet' }])
}, 180_000)
