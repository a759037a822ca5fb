import { missingPostgres, startPostgres } from '@wayside/testing'
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { sampleBatch } from '../src/testing/sample-batch.ts'
import { sampleEvent } from '../src/testing/sample.ts'
import { startTestServer } from '../src/testing/start-test-server.ts'

const MAIN = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url))

describe.skipIf(missingPostgres() !== null)(`a server with its registry in PostgreSQL ${missingPostgres() ?? ''}`, () => {
  test('takes events and reports them, asks to wait while the database is away, and goes on when it is back', async () => {
    const postgres = await startPostgres()
    onTestFinished(() => postgres.stop())
    const server = await startTestServer({ databaseUrl: await postgres.createDatabase() })
    const [key, late] = [await server.key('admin'), await server.key('admin')]
    const send = async (bearer: string) => await server.post('/api/v1/events', JSON.stringify(sampleBatch([sampleEvent()])), { authorization: `Bearer ${bearer}` })

    const sent = await send(key)
    await server.drain()
    const listed = (await (await server.get('/api/v1/requests', key)).json()) as { requests: unknown[] }
    await postgres.pause()
    const away = await send(late)
    await postgres.resume()
    const back = await send(late)

    expect([sent.status, listed.requests.length]).toEqual([200, 1])
    expect([away.status, away.headers.get('retry-after'), await away.json()]).toEqual([
      503,
      '5',
      expect.objectContaining({ detail: expect.stringContaining('Send the same again later') }),
    ])
    expect(back.status).toBe(200)
  })

  test('the commands make projects and keys there, with the secret of the server', async () => {
    const postgres = await startPostgres()
    onTestFinished(() => postgres.stop())
    const databaseUrl = await postgres.createDatabase()
    const server = await startTestServer({ databaseUrl })
    const wayside = (...words: string[]) => {
      const environment = { PATH: process.env['PATH'], WAYSIDE_DATA: server.dataDir, WAYSIDE_DATABASE_URL: databaseUrl }
      return execFileSync(process.execPath, ['--no-warnings', '--conditions=@wayside/source', MAIN, ...words], { env: environment, encoding: 'utf8', stdio: 'pipe' })
    }

    wayside('projects', 'create', 'blog')
    const key = wayside('keys', 'create', '--kind', 'read', '--project', 'blog').trim()

    expect(await (await server.get('/api/v1/project', key)).json()).toMatchObject({ name: 'blog', keyKind: 'read' })
    expect(existsSync(join(server.dataDir, 'registry.sqlite'))).toBe(false)
  })
})
