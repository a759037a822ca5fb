import { execFile, execFileSync } from 'node:child_process'
import { promisify } from 'node:util'
import process from 'node:process'
import { expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../src/testing/start-test-server.ts'

const DAY_MS = 86_400_000
const FIRST_DAY = Date.UTC(2026, 0, 1)
const USER = 'b56cbd92-1168-4d7b-8d94-0418da207908'

/** A row as clients send it. Each property differs from row to row in a way of its own. */
function toRow(at: number) {
  return {
    hostname: at % 2 === 0 ? 'apianalytics.dev' : 'other.dev',
    // A German and an American address.
    ip_address: at % 3 === 0 ? '88.198.77.131' : '8.8.8.8',
    path: `/${at}`,
    user_agent: 'curl/8.5',
    method: 'GET',
    status: at % 5 === 0 ? 404 : 200,
    response_time: at % 100,
    user_id: at % 13 === 0 ? USER : '',
    // Seven days, the last instant of each among them.
    created_at: new Date(FIRST_DAY + (at % 7) * DAY_MS + (at % 11 === 0 ? DAY_MS - 1 : 3_600_000)).toISOString(),
  }
}

type Row = ReturnType<typeof toRow>

async function startWith(count: number) {
  const server = await startTestServer()
  const key = String(await (await server.post('/api/generate', '')).json())
  const rows = Array.from({ length: count }, (_, at) => toRow(at))
  const sent = await server.post('/api/log-request', JSON.stringify({ api_key: key, framework: 'Express', privacy_level: 0, requests: rows }), { 'content-type': 'application/json' })
  expect(sent.status).toBe(201)
  await server.drain()
  return { server, key, rows }
}

/** Paths of the rows that an address answers with, in their order. */
async function read(server: TestServer, key: string, query = ''): Promise<readonly string[]> {
  const response = await fetch(`${server.url}/api/data${query}`, { headers: { 'x-auth-token': key } })
  if (response.status !== 200) throw new Error(await response.text())
  return ((await response.json()) as readonly Row[]).map(({ path }) => path)
}

const dayOf = ({ created_at: at }: Row) => at.slice(0, 10)
const FILTERS: readonly (readonly [query: string, passes: (row: Row) => boolean])[] = [
  ['date=2026-01-03', (row) => dayOf(row) === '2026-01-03'],
  ['dateFrom=2026-01-05', (row) => dayOf(row) >= '2026-01-05'],
  ['dateTo=2026-01-02', (row) => dayOf(row) <= '2026-01-02'],
  ['dateFrom=2026-01-02&dateTo=2026-01-03', (row) => dayOf(row) >= '2026-01-02' && dayOf(row) <= '2026-01-03'],
  ['date=2026-01-03&dateFrom=2026-01-06&dateTo=2026-01-07', (row) => dayOf(row) === '2026-01-03'],
  ['hostname=other.dev', (row) => row.hostname === 'other.dev'],
  ['ipAddress=88.198.77.131', (row) => row.ip_address === '88.198.77.131'],
  ['ip=88.198.77.131', (row) => row.ip_address === '88.198.77.131'],
  ['status=404', (row) => row.status === 404],
  ['location=DE', (row) => row.ip_address === '88.198.77.131'],
  ...['user_id', 'userId', 'userID'].map((name) => [`${name}=${USER}`, (row: Row) => row.user_id === USER] as const),
  [`dateFrom=2026-01-02&hostname=apianalytics.dev&status=200&location=DE&user_id=${USER}`, (row) => dayOf(row) >= '2026-01-02' && row.hostname === 'apianalytics.dev' && row.status === 200 && row.ip_address === '88.198.77.131' && row.user_id === USER],
]

test('C5: each filter alone and several together answer with the rows that they say, in the order of time', async () => {
  const { server, key, rows } = await startWith(600)
  const inOrder = rows.map((row, at) => ({ row, at })).toSorted((a, b) => a.row.created_at.localeCompare(b.row.created_at) || a.at - b.at)

  for (const [query, passes] of FILTERS) {
    const expected = inOrder.filter(({ row }) => passes(row)).map(({ row }) => row.path)
    expect(expected.length, query).toBeGreaterThan(0)
    expect([query, await read(server, key, `?${query}`)]).toEqual([query, expected])
  }
  const compact = (await (await fetch(`${server.url}/api/data?compact=true&status=404`, { headers: { 'x-auth-token': key } })).json()) as readonly (readonly unknown[])[]
  expect([compact[0], compact.length]).toEqual([['hostname', 'ip_address', 'path', 'user_agent', 'method', 'status', 'response_time', 'location', 'user_id', 'created_at'], 121])
}, 60_000)

test('C5: 120,001 rows are three pages, and each row is on one of them', async () => {
  const { server, key } = await startWith(120_001)
  const pages = [await read(server, key), await read(server, key, '?page=2'), await read(server, key, '?page=3'), await read(server, key, '?page=4')]

  expect(pages.map(({ length }) => length)).toEqual([50_000, 50_000, 20_001, 0])
  expect(new Set(pages.flat()).size).toBe(120_001)
}, 120_000)

const hasPython = (() => {
  try {
    execFileSync('python3', ['-c', 'import requests'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

test('C5: what the documents of API Analytics show runs as it stands there, quoted or not', async () => {
  const { server, key, rows } = await startWith(50)
  const address = `${server.url}/api/data`
  const shell = async (line: string) => JSON.parse((await promisify(execFile)('sh', ['-c', `${line} 2> /dev/null; wait`], { env: { PATH: process.env['PATH'] } })).stdout) as readonly Row[]
  const query = `page=1&dateFrom=2022-01-01&hostname=apianalytics.dev&status=200&user_id=${USER}`
  const passing = rows.filter((row) => row.hostname === 'apianalytics.dev' && row.status === 200 && row.user_id === USER)

  expect(await shell(`curl --header "X-AUTH-TOKEN: ${key}" ${address}`)).toHaveLength(50)
  expect(await shell(`curl --header "X-AUTH-TOKEN: ${key}" "${address}?${query}"`)).toHaveLength(passing.length)
  // Without quotes a shell cuts the address at its first &, and asks for the page alone.
  expect(await shell(`curl --header "X-AUTH-TOKEN: ${key}" ${address}?${query}`)).toHaveLength(50)
  const inJavaScript = await fetch(address, { headers: { 'X-AUTH-TOKEN': key } }).then((response) => response.json() as Promise<readonly Row[]>)
  expect(inJavaScript).toHaveLength(50)
}, 60_000)

test.skipIf(!hasPython)('C5: so does their Python', async () => {
  const { server, key } = await startWith(50)
  const script = `import requests\nheaders = {\n "X-AUTH-TOKEN": "${key}"\n}\nresponse = requests.get("${server.url}/api/data", headers=headers)\nprint(len(response.json()))`

  const { stdout } = await promisify(execFile)('python3', ['-c', script], { env: { PATH: process.env['PATH'], HOME: process.env['HOME'] } })

  expect(stdout.trim()).toBe('50')
}, 60_000)
