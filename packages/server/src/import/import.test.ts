import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { startTestServer, type TestServer } from '../testing/start-test-server.ts'

const MAIN = fileURLToPath(new URL('../cli/main.ts', import.meta.url))
const KEY = '6c2a8c1e-5b1d-4a51-9b4e-3f6a2f6f2d11'
const OTHER_KEY = '00000000-0000-4000-8000-000000000000'
const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10)

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'wayside-import-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** As pg_dump writes it: requests before the user agents that they name. */
const toDump = (rows: readonly string[]) => `--
-- PostgreSQL database dump
--
COPY public.requests (request_id, api_key, method, created_at, path, status, response_time, framework, hostname, ip_address, location, user_id, user_agent_id) FROM stdin;
${rows.join('\n')}
\\.
COPY public.user_agents (id, user_agent) FROM stdin;
7\tcurl/8.5.0
\\.
COPY public.users (api_key, user_id) FROM stdin;
${KEY}\t${OTHER_KEY}
\\.
`

const ROWS = [
  `1\t${KEY}\t0\t${day(3)} 10:00:00.123+00\t/users/42?token=secret\t200\t12\t4\tapi.example.com\t203.0.113.7/32\tGB\tada\t7`,
  `2\t${KEY}\t1\t${day(2)} 10:00:00+00\t/orders\t500\t30\t5\tapi.example.com\t\\N\tDE\t\\N\t\\N`,
  `3\t${KEY}\t0\t${day(2)} 10:00:00+00\t/a\\tb\t404\t1\t5\t\\N\t\\N\t\\N\t\\N\t7`,
  `4\t${OTHER_KEY}\t0\t${day(2)} 10:00:00+00\t/foreign\t200\t1\t5\t\\N\t\\N\t\\N\t\\N\t7`,
  `5\t${KEY}\t0\t${day(500)} 10:00:00+00\t/ancient\t200\t1\t5\t\\N\t\\N\t\\N\t\\N\t7`,
  `6\t${KEY}\t0\t${day(2)} 10:00:00+00\t/nothing\t0\t1\t5\t\\N\t\\N\t\\N\t\\N\t7`,
]

async function run(server: TestServer, key: string, ...words: string[]): Promise<string> {
  const env = { PATH: process.env['PATH'], WAYSIDE_URL: server.url, WAYSIDE_API_KEY: key }
  return (await promisify(execFile)(process.execPath, ['--no-warnings', '--conditions=@wayside/source', MAIN, 'import', 'api-analytics', ...words], { env })).stderr
}

interface Listed {
  readonly requests: readonly Readonly<Record<string, unknown>>[]
}

const list = async (server: TestServer, key: string) => ((await (await server.get('/api/v1/requests', key)).json()) as Listed).requests.toSorted((a, b) => (String(a['path']) < String(b['path']) ? -1 : 1))

test.each(['dump.sql', 'dump.sql.gz'])('%s is brought once, however often the command is run', async (name) => {
  const folder = makeFolder()
  const server = await startTestServer()
  const key = await server.key('combined')
  const path = join(folder, name)
  writeFileSync(path, name.endsWith('.gz') ? gzipSync(toDump(ROWS)) : toDump(ROWS))

  const first = await run(server, key, '--from', path, '--api-key', KEY)
  // Another order, as a database may write them after its clean-up.
  writeFileSync(path, name.endsWith('.gz') ? gzipSync(toDump(ROWS.toReversed())) : toDump(ROWS.toReversed()))
  const second = await run(server, key, '--from', path, '--api-key', KEY)
  await server.drain()

  expect(first).toContain('Brought 3 requests; 0 were there, 1 could not be read, 1 are from before ')
  expect(second).toContain('Brought 0 requests; 3 were there, 1 could not be read, 1 are from before ')
  expect(await list(server, key)).toMatchObject([
    { path: '/a\tb', status: 404 },
    { path: '/orders', method: 'POST', status: 500, ip: null, tags: { location: 'DE' } },
    { path: '/users/42', method: 'GET', status: 200, ip: '203.0.113.7', userId: 'ada', userAgent: 'curl/8.5.0', durationUs: 12_000 },
  ])
})

test('a dump of several keys is refused with their names, and one without COPY with what to do', async () => {
  const folder = makeFolder()
  const server = await startTestServer()
  const key = await server.key('ingest')
  const path = join(folder, 'dump.sql')

  writeFileSync(path, toDump(ROWS))
  await expect(run(server, key, '--from', path)).rejects.toThrow(`it has requests of 2 keys: ${KEY}, ${OTHER_KEY}`)
  writeFileSync(path, 'INSERT INTO requests VALUES (1);\n')
  await expect(run(server, key, '--from', path)).rejects.toThrow('with COPY')
  writeFileSync(path, 'PGDMP\u0001')
  await expect(run(server, key, '--from', path)).rejects.toThrow('pg_restore --file=dump.sql')
})

test('the data API is asked day by day and page by page, and what it has is brought once', async () => {
  const asked: string[] = []
  const rowsOf = (date: string, page: number) => {
    const row = (path: string) => ({ hostname: 'h', ip_address: '', path, user_agent: 'curl/8.5.0', method: 0, status: 200, response_time: 12, location: '', user_id: '', created_at: `${date}T10:00:00Z` })
    if (date !== day(2)) return []
    return page === 1 ? Array.from({ length: 50_000 }, (_, at) => ({ ...row('/many'), created_at: at < 2 ? `${date}T10:00:00Z` : '2000-01-01T00:00:00Z' })) : [row('/last')]
  }
  let busy = 1
  const source = createServer((request, response) => {
    if (busy-- > 0) return response.writeHead(503, { 'retry-after': '0' }).end()
    const url = new URL(request.url ?? '', 'http://x')
    asked.push(`${url.pathname} ${url.searchParams.get('date')} ${url.searchParams.get('page')} ${request.headers['x-auth-token'] === KEY}`)
    return response.end(JSON.stringify(rowsOf(String(url.searchParams.get('date')), Number(url.searchParams.get('page')))))
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void source.close())
  await once(source, 'listening')
  const server = await startTestServer()
  const key = await server.key('combined')
  const words = ['--from', `http://127.0.0.1:${(source.address() as AddressInfo).port}/api/`, '--api-key', KEY, '--since', day(3)]

  expect(await run(server, key, ...words)).toContain('Brought 3 requests; 0 were there')
  expect(await run(server, key, ...words)).toContain('Brought 0 requests; 3 were there')
  await server.drain()

  expect(asked.slice(0, 4)).toEqual([`/api/data ${day(3)} 1 true`, `/api/data ${day(2)} 1 true`, `/api/data ${day(2)} 2 true`, `/api/data ${day(1)} 1 true`])
  expect((await list(server, key)).map(({ path }) => path)).toEqual(['/last', '/many', '/many'])
})
