import { request } from 'node:http'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ANSWER, CLIENTS, NOON } from '../../testing/api-analytics-bodies.ts'
import { startTestServer, type TestServer } from '../../testing/start-test-server.ts'

function readData(server: TestServer, key: string, query = ''): Promise<unknown> {
  return fetch(`${server.url}/api/data${query}`, { headers: { 'x-auth-token': key } }).then((answer) => answer.json())
}

describe.each(['/api/log-request', '/api/requests'])('%s', (path) => {
  test('takes what the client of every language sends', async () => {
    const server = await startTestServer()

    const sent = await Promise.all(CLIENTS.map(async (client) => ({ ...client, key: await server.key('combined', client.name) })))

    for (const { name, body, key } of sent) {
      const answer = await server.post(path, body(key), { 'content-type': 'application/json' })
      expect([name, answer.status, await answer.text()]).toEqual([
        name,
        201,
        '{"status":201,"message":"API requests logged successfully."}',
      ])
    }
    await server.drain()

    for (const { name, key, answer } of sent)
      expect([name, await readData(server, key)]).toEqual([name, [{ ...ANSWER, location: expect.any(String), ...answer }]])
  })
})

test('one bad row never costs its batch, and the answer counts it', async () => {
  const server = await startTestServer()
  const key = await server.key('combined')
  const row = (over: object) =>
    JSON.stringify({
      hostname: 'h',
      path: '/',
      method: 'GET',
      status: 200,
      response_time: 1,
      created_at: `${NOON}Z`,
      ...over,
    })
  const rows = [
    row({ ip_address: 'unknown' }),
    '{"path":NaN}',
    row({ status: 9_999 }),
    'null',
    row({ created_at: 'yesterday' }),
    row({ response_time: 1e9 }),
  ]

  const sent = await server.post(
    '/api/requests',
    `{"api_key":"${key}","requests":[${rows.join(',')}],"framework":"Express"}`,
  )
  await server.drain()

  expect([sent.status, sent.headers.get('x-wayside-rejected')]).toEqual([201, '3'])
  expect(await readData(server, key)).toHaveLength(3)
})

test('a time that cannot be read becomes that of arrival, and says so', async () => {
  const server = await startTestServer()
  const key = await server.key('combined')

  await server.post(
    '/api/requests',
    JSON.stringify({ api_key: key, requests: [{ path: '/', method: 'GET', status: 200, created_at: 'yesterday' }] }),
  )
  await server.drain()

  const { requests } = (await (await server.get('/api/v1/requests', key)).json()) as {
    requests: { time: number; timeAdjusted: boolean }[]
  }
  expect(requests[0]?.timeAdjusted).toBe(true)
  expect(Math.abs((requests[0]?.time ?? 0) - Date.now())).toBeLessThan(60_000)
})

test('a batch of any size is stored whole', async () => {
  const server = await startTestServer()
  const key = await server.key('combined')
  const rows = Array.from({ length: 50_100 }, (_, at) => ({
    ...ANSWER,
    path: `/items/${at}`,
    user_id: null,
    created_at: new Date(Date.UTC(2026, 0, 1) + at * 1_000).toISOString(),
  }))

  const sent = await server.post(
    '/api/requests',
    JSON.stringify({ api_key: key, requests: rows, framework: 'Express', privacy_level: 0 }),
  )
  await server.drain()
  const first = (await readData(server, key)) as { path: string }[]
  const second = (await readData(server, key, '?page=2&compact=true')) as unknown[][]

  expect(sent.status).toBe(201)
  expect([first.length, first.at(-1)?.path]).toEqual([50_000, '/items/49999'])
  expect([second.length, second[0]?.[2], second[1]?.[2], second.at(-1)?.[2]]).toEqual([
    101,
    'path',
    '/items/50000',
    '/items/50099',
  ])
})

test('a body of anything is never a failure of ours', async () => {
  const server = await startTestServer()
  const key = await server.key('combined')
  const valid = CLIENTS[0]?.body(key) ?? ''
  const mutated = fc
    .tuple(fc.nat(valid.length), fc.nat(20), fc.string({ maxLength: 20 }))
    .map(([at, length, text]) => valid.slice(0, at) + text + valid.slice(at + length))
  const anyRows = fc.array(fc.anything({ maxDepth: 2 })).map((requests) => JSON.stringify({ api_key: key, requests }))

  await fc.assert(
    fc.asyncProperty(fc.oneof(mutated, anyRows, fc.json()), async (body) => {
      const answer = await server.post('/api/log-request', body)
      expect([201, 400, 401]).toContain(answer.status)
    }),
    { numRuns: 200 },
  )
  expect(server.log.filter((line) => line.includes('"level":"error"'))).toEqual([])
})

test('the key may stand in quotes and after the rows', async () => {
  const server = await startTestServer()
  const key = await server.key('combined')

  const sent = await server.post(
    '/api/requests',
    JSON.stringify({ requests: [{ path: '/', method: 'GET', status: 200 }], api_key: `"${key}"` }),
  )

  expect(sent.status).toBe(201)
})

test.each([
  ['1', ''],
  ['2', ''],
  ['9', ''],
  ['0', '203.0.113.7'],
])('privacy level %s after the rows leaves the IP %j', async (level, ip) => {
  const server = await startTestServer()
  const key = await server.key('combined')

  await server.post(
    '/api/requests',
    `{"api_key":"${key}","requests":[{"ip_address":"203.0.113.7","path":"/","method":"GET","status":200}],"privacy_level":${level}}`,
  )
  await server.drain()

  expect(await readData(server, key)).toMatchObject([{ ip_address: ip }])
})

describe('is refused with a status and a message:', () => {
  test.each([
    ['a body that is cut', (key: string) => `{"api_key":"${key}","requests":[{`, 400, 'Invalid request data'],
    ['a body without a key', () => '{"requests":[]}', 400, 'API key required'],
    ['an empty key', () => '{"api_key":"","requests":[]}', 400, 'API key required'],
    ['an unknown key', () => '{"api_key":"ad0b61b5-33d8-4d1b-baf0-3d811b68f007","requests":[', 401, 'not valid here'],
    ['no rows', (key: string) => `{"api_key":"${key}","requests":[]}`, 400, 'Payload contains no logged requests.'],
    [
      'no row that can be read',
      (key: string) => `{"api_key":"${key}","requests":[{}]}`,
      400,
      'of 1 rows none can be read',
    ],
  ])('%s', async (_name, body, status, message) => {
    const server = await startTestServer()

    const sent = await server.post('/api/log-request', body(await server.key('combined')))

    expect(await sent.json()).toMatchObject({ status, message: expect.stringContaining(message) })
    expect(sent.status).toBe(status)
  })

  test('a body with a wrong key, before the rest of it was sent', async () => {
    const server = await startTestServer()

    const status = await new Promise((resolve, reject) => {
      const sent = request(`${server.url}/api/log-request`, { method: 'POST' }, (answer) => {
        resolve(answer.statusCode)
        sent.destroy()
      })
      sent.on('error', reject)
      sent.write('{"api_key":"wrong","requests":[')
    })

    expect(status).toBe(401)
  })
})

test('a page of any origin may send, as that system lets it', async () => {
  const server = await startTestServer()

  const preflight = await fetch(`${server.url}/api/requests`, {
    method: 'OPTIONS',
    headers: { origin: 'https://shop.example', 'access-control-request-method': 'POST' },
  })

  expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, '*'])
})
