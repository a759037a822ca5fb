import { expect, test } from 'vitest'
import { openRegistry } from '../src/registry/open-registry.ts'
import type { KeyKind } from '../src/registry/registry.ts'
import { openRawConnection } from '../src/testing/raw-connection.ts'
import { sampleBatch } from '../src/testing/sample-batch.ts'
import { sampleEvent } from '../src/testing/sample.ts'
import { startTestServer, type TestServer } from '../src/testing/start-test-server.ts'

const BODY = JSON.stringify(sampleBatch([sampleEvent()]))

const withBearer = (server: TestServer, authorization: string) => server.post('/api/v1/events', BODY, authorization === '' ? {} : { authorization })
const read = (server: TestServer, key: string) => server.get('/api/v1/requests', key)

test.each<readonly [string, (key: string) => string]>([
  ['no key', () => ''],
  ['a scheme alone', () => 'Bearer'],
  ['an empty key', () => 'Bearer  '],
  ['a key without a scheme', (key) => key],
  ['another scheme', (key) => `Basic ${Buffer.from(`${key}:`).toString('base64')}`],
  ['a short key', (key) => `Bearer ${key.slice(0, -1)}`],
  ['a long key', (key) => `Bearer ${key}0`],
  ['a key of 10,000 characters', (key) => `Bearer ${key.padEnd(10_000, 'A')}`],
  ['an id without its secret', (key) => `Bearer ${key.slice(0, key.lastIndexOf('_'))}`],
  ['another secret', (key) => `Bearer ${key.slice(0, -43)}${'A'.repeat(43)}`],
  ['another last character', (key) => `Bearer ${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`],
  ['another case', (key) => `Bearer ${key.toUpperCase()}`],
  ['two keys', (key) => `Bearer ${key} ${key}`],
  ['a key in quotes', (key) => `Bearer "${key}"`],
  ['SQL', (key) => `Bearer ${key}'/**/OR/**/'1'='1`],
  ['a pattern', () => 'Bearer %'],
  ['a UUID that is no key', () => 'Bearer 00000000-0000-0000-0000-000000000000'],
])('row 57: %s is refused with 401', async (_name, toHeader) => {
  const server = await startTestServer()

  const answer = await withBearer(server, toHeader(await server.key('ingest')))

  expect(await answer.json()).toMatchObject({ status: 401, rule: 'key' })
})

test('row 57: a key that is no text for a header is refused before it is looked at', async () => {
  const server = await startTestServer()
  const connection = await openRawConnection(server.url)

  connection.write(`POST /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${await server.key('ingest')}\0\r\nContent-Length: 0\r\n\r\n`)

  expect(await connection.ended()).toMatch(/^HTTP\/1\.1 400 /)
})

test('row 57: a key in the address is no key, and does not get into the log', async () => {
  const server = await startTestServer()
  const key = await server.key('combined')

  const answers = await Promise.all([
    server.post(`/api/v1/events?key=${key}&api_key=${key}&token=${key}`, BODY),
    server.get(`/api/v1/requests?key=${key}`),
    server.get(`/${key}`),
    server.get(`/api/v1/events/${key}`),
  ])

  expect(answers.map(({ status }) => status)).toEqual([401, 401, 404, 404])
  expect(server.log.join('')).not.toContain(key)
})

test.each<readonly [KeyKind, number, number]>([
  ['ingest', 200, 403],
  ['read', 403, 200],
  ['admin', 200, 200],
  ['combined', 200, 200],
])('row 57: a key of kind %s gets %i for sending and %i for reading', async (kind, sending, reading) => {
  const server = await startTestServer()
  const key = await server.key(kind)

  expect([(await withBearer(server, `Bearer ${key}`)).status, (await read(server, key)).status]).toEqual([sending, reading])
})

test('row 57: a revoked key is refused, in a process that remembers it within five seconds, whatever the clock does', async () => {
  let now = Date.now()
  const server = await startTestServer({ now: () => now })
  const key = await server.key('ingest')
  const ask = async () => (await withBearer(server, `Bearer ${key}`)).status
  const before = await ask()

  const registry = await openRegistry({ data: server.dataDir })
  await registry.revokeKey(key.slice(0, key.lastIndexOf('_')))
  await registry.close()

  now += 4_999
  const remembered = await ask()
  now -= 10 * 365 * 86_400_000
  const setBack = await ask()

  expect([before, remembered, setBack]).toEqual([200, 200, 401])
})

test("row 57: a key of one project with the body of another project's producer writes to its own, and neither reads the other", async () => {
  const server = await startTestServer()
  const [mine, other] = [await server.key('ingest', 'mine'), await server.key('ingest', 'other')]

  await withBearer(server, `Bearer ${mine}`)
  await withBearer(server, `Bearer ${other}`)
  await server.drain()
  const counts = await Promise.all(['mine', 'other', 'third'].map(async (project) => ((await (await read(server, await server.key('read', project))).json()) as { requests: unknown[] }).requests.length))

  expect(counts).toEqual([1, 1, 0])
})

test('row 57: a key of another server is no key here', async () => {
  const [here, there] = [await startTestServer(), await startTestServer()]

  expect((await withBearer(here, `Bearer ${await there.key('ingest')}`)).status).toBe(401)
})
