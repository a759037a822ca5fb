import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { missingPostgres, startChdb, startPostgres } from '@wayside/testing'
import type { ExportJob, ExportLink, ExportsList } from '@wayside/protocol'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { sampleBatch } from '../src/testing/sample-batch.ts'
import { sampleEvents } from '../src/testing/sample.ts'
import { startTestServer, type TestServer } from '../src/testing/start-test-server.ts'

const EVENTS = 200

describe.skipIf(missingPostgres() !== null)(`files of servers beside each other ${missingPostgres() ?? ''}`, () => {
  test('in one folder any of them gives out what another has made; in folders of their own the others say who has it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'wayside-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const chdb = await startChdb(join(folder, 'chdb'))
    onTestFinished(() => chdb.stop())
    const postgres = await startPostgres()
    onTestFinished(() => postgres.stop())
    const databaseUrl = await postgres.createDatabase()
    const start = (name: string, exportDir: string | null) =>
      startTestServer({ data: join(folder, name), clickhouseUrl: chdb.url, databaseUrl, keyPepperPath: join(folder, 'pepper'), exportDir })
    const shared = join(folder, 'shared')
    const [one, two, apart] = [await start('one', shared), await start('two', shared), await start('apart', null)]
    const key = await one.key('combined')
    await one.deliver(sampleBatch(sampleEvents(EVENTS).map((event) => ({ ...event, time: Date.now() - 60_000 }))), key)
    const post = async <Answer>(server: TestServer, path: string, body: unknown) =>
      (await (await server.post(path, JSON.stringify(body), { authorization: `Bearer ${key}`, 'content-type': 'application/json' })).json()) as Answer

    const asked = [await post<ExportJob>(one, '/api/v1/exports', { format: 'ndjson', requests: {} }), await post<ExportJob>(two, '/api/v1/exports', { format: 'ndjson', requests: {} })]
    await vi.waitFor(
      async () => {
        const { exports } = (await (await apart.get('/api/v1/exports', key)).json()) as ExportsList
        expect(exports.map(({ state, rows }) => [state, rows])).toEqual(asked.map(() => ['done', EVENTS]))
      },
      { timeout: 60_000, interval: 200 },
    )
    const fetchFrom = async (server: TestServer) => {
      const { url } = await post<ExportLink>(server, '/api/v1/exports/link', { id: asked[0]?.id })
      return fetch(`${server.url}${url}`)
    }

    for (const server of [one, two]) expect((await (await fetchFrom(server)).text()).trimEnd().split('\n')).toHaveLength(EVENTS)
    const elsewhere = await fetchFrom(apart)
    expect([elsewhere.status, await elsewhere.text()]).toEqual([409, expect.stringContaining('--export-dir')])
    // What one removes is gone for all.
    await fetch(`${two.url}/api/v1/exports?id=${asked[0]?.id}`, { method: 'DELETE', headers: { authorization: `Bearer ${key}` } })
    expect((await one.post('/api/v1/exports/link', JSON.stringify({ id: asked[0]?.id }), { authorization: `Bearer ${key}`, 'content-type': 'application/json' })).status).toBe(404)
  }, 300_000)
})
