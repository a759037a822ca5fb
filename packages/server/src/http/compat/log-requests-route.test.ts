import { request } from 'node:http'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../testing/start-test-server.ts'

const BROWSER = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36'
const NOON = '2026-01-01T12:00:00'

/** What `/api/data` answers for a row, beside what a case says. */
const ANSWER = { hostname: 'api.example.com', ip_address: '203.0.113.7', path: '/users/42', user_agent: BROWSER, method: 'GET', status: 200, response_time: 12, user_id: '' }

/** Bodies as the clients of each language write them: order of members, null or empty for absent, form of the time. */
const CLIENTS: readonly { readonly name: string; readonly body: (key: string) => string; readonly answer: object }[] = [
  {
    name: 'Node (Express, NestJS, Koa, Fastify, H3): host with port, query in the path, user id null',
    body: (key) =>
      `{"api_key":"${key}","requests":[{"hostname":"api.example.com:3000","ip_address":"::ffff:203.0.113.7","user_agent":"${BROWSER}","path":"/users/42?token=secret","status":200,"method":"GET","response_time":12,"user_id":null,"created_at":"${NOON}.123Z"}],"framework":"NestJS","privacy_level":0}`,
    answer: { hostname: 'api.example.com:3000', created_at: `${NOON}.123Z` },
  },
  {
    name: 'Node without a user agent: the member is absent',
    body: (key) =>
      `{"api_key":"${key}","requests":[{"hostname":"api.example.com","ip_address":"203.0.113.7","path":"/users/42","status":200,"method":"GET","response_time":12,"user_id":null,"created_at":"${NOON}.123Z"}],"framework":"Express","privacy_level":0}`,
    answer: { user_agent: '', created_at: `${NOON}.123Z` },
  },
  {
    name: 'Node 1.1.3: neither privacy level nor user id, seconds as response time',
    body: (key) =>
      `{"api_key":"${key}","requests":[{"hostname":"api.example.com","ip_address":"203.0.113.7","user_agent":"${BROWSER}","path":"/users/42","status":200,"method":"GET","response_time":0.012,"created_at":"${NOON}.123Z"}],"framework":"Express"}`,
    answer: { response_time: 0, created_at: `${NOON}.123Z` },
  },
  {
    name: 'Bun, Elysia, Hono, Oak: no port, no query, no IP',
    body: (key) =>
      `{"api_key":"${key}","requests":[{"hostname":"api.example.com","ip_address":null,"user_agent":"${BROWSER}","path":"/users/42","status":200,"method":"GET","response_time":12,"user_id":null,"created_at":"${NOON}.123Z"}],"framework":"Elysia","privacy_level":0}`,
    answer: { ip_address: '', created_at: `${NOON}.123Z` },
  },
  {
    name: 'Python (FastAPI, Flask, Django, Tornado, aiohttp, Sanic, Falcon): microseconds without a zone, nulls',
    body: (key) =>
      `{"api_key": "${key}", "requests": [{"hostname": "api.example.com", "ip_address": "203.0.113.7", "path": "/users/42", "user_agent": null, "method": "GET", "status": 200, "response_time": 12, "user_id": null, "created_at": "${NOON}.123456"}], "framework": "aiohttp", "privacy_level": 0}`,
    answer: { user_agent: '', created_at: `${NOON}.123Z` },
  },
  {
    name: 'Go (Gin, Echo, Fiber, Chi): an offset, whole seconds, empty texts',
    body: (key) =>
      `{"api_key":"${key}","requests":[{"hostname":"api.example.com","ip_address":"203.0.113.7","path":"/users/42","user_agent":"${BROWSER}","method":"GET","response_time":12,"status":200,"user_id":"","created_at":"2026-01-01T14:00:00+02:00"}],"framework":"Gin","privacy_level":0}`,
    answer: { created_at: `${NOON}.000Z` },
  },
  {
    name: 'Rust (Actix, Axum, Rocket): nanoseconds with an offset',
    body: (key) =>
      `{"api_key":"${key}","requests":[{"hostname":"api.example.com","ip_address":"203.0.113.7","user_agent":"${BROWSER}","path":"/users/42","method":"GET","response_time":12,"status":200,"user_id":null,"created_at":"${NOON}.123456789+00:00"}],"framework":"Axum","privacy_level":0}`,
    answer: { created_at: `${NOON}.123Z` },
  },
  {
    name: 'Ruby (Rails, Sinatra): Z without a fraction',
    body: (key) =>
      `{"api_key":"${key}","requests":[{"hostname":"api.example.com","ip_address":"203.0.113.7","path":"/users/42","user_agent":"${BROWSER}","method":"GET","response_time":12,"status":200,"user_id":null,"created_at":"${NOON}Z"}],"framework":"Rails","privacy_level":0}`,
    answer: { created_at: `${NOON}.000Z` },
  },
  {
    name: 'PHP (Laravel, native): escaped slashes',
    body: (key) =>
      `{"api_key":"${key}","requests":[{"hostname":"api.example.com","ip_address":"203.0.113.7","user_agent":${JSON.stringify(BROWSER).replaceAll('/', '\\/')},"path":"\\/users\\/42","method":"GET","response_time":12,"status":200,"user_id":null,"created_at":"${NOON}Z"}],"framework":"Native PHP","privacy_level":0}`,
    answer: { created_at: `${NOON}.000Z` },
  },
  {
    name: 'C# (ASP.NET Core): milliseconds and an offset',
    body: (key) =>
      `{"api_key":"${key}","requests":[{"hostname":"api.example.com","ip_address":"203.0.113.7","user_agent":"${BROWSER}","path":"/users/42","method":"GET","response_time":12,"status":200,"user_id":null,"created_at":"2026-01-01T13:00:00.123+01:00"}],"framework":"ASP.NET Core","privacy_level":0}`,
    answer: { created_at: `${NOON}.123Z` },
  },
]

function readData(server: TestServer, key: string, query = ''): Promise<unknown> {
  return fetch(`${server.url}/api/data${query}`, { headers: { 'x-auth-token': key } }).then((answer) => answer.json())
}

describe.each(['/api/log-request', '/api/requests'])('%s', (path) => {
  test('takes what the client of every language sends', async () => {
    const server = await startTestServer()

    for (const { name, body, answer } of CLIENTS) {
      const key = server.key('combined', name)
      const sent = await server.post(path, body(key), { 'content-type': 'application/json' })
      await server.drain()

      expect([name, sent.status, await sent.text()]).toEqual([name, 201, '{"status":201,"message":"API requests logged successfully."}'])
      expect([name, await readData(server, key)]).toEqual([name, [{ ...ANSWER, location: expect.any(String), ...answer }]])
    }
  })
})

test('one bad row never costs its batch, and the answer counts it', async () => {
  const server = await startTestServer()
  const key = server.key('combined')
  const row = (over: object) => JSON.stringify({ hostname: 'h', path: '/', method: 'GET', status: 200, response_time: 1, created_at: `${NOON}Z`, ...over })
  const rows = [row({ ip_address: 'unknown' }), '{"path":NaN}', row({ status: 9_999 }), 'null', row({ created_at: 'yesterday' }), row({ response_time: 1e9 })]

  const sent = await server.post('/api/requests', `{"api_key":"${key}","requests":[${rows.join(',')}],"framework":"Express"}`)
  await server.drain()

  expect([sent.status, sent.headers.get('x-wayside-rejected')]).toEqual([201, '3'])
  expect(await readData(server, key)).toHaveLength(3)
})

test('a time that cannot be read becomes that of arrival, and says so', async () => {
  const server = await startTestServer()
  const key = server.key('combined')

  await server.post('/api/requests', JSON.stringify({ api_key: key, requests: [{ path: '/', method: 'GET', status: 200, created_at: 'yesterday' }] }))
  await server.drain()

  const { requests } = (await (await server.get('/api/v1/requests', key)).json()) as { requests: { time: number; timeAdjusted: boolean }[] }
  expect(requests[0]?.timeAdjusted).toBe(true)
  expect(Math.abs((requests[0]?.time ?? 0) - Date.now())).toBeLessThan(60_000)
})

test('a batch of any size is stored whole', { timeout: 60_000 }, async () => {
  const server = await startTestServer()
  const key = server.key('combined')
  const rows = Array.from({ length: 50_100 }, (_, at) => ({ ...ANSWER, path: `/items/${at}`, user_id: null, created_at: new Date(Date.UTC(2026, 0, 1) + at * 1_000).toISOString() }))

  const sent = await server.post('/api/requests', JSON.stringify({ api_key: key, requests: rows, framework: 'Express', privacy_level: 0 }))
  await server.drain()
  const first = (await readData(server, key)) as { path: string }[]
  const second = (await readData(server, key, '?page=2&compact=true')) as unknown[][]

  expect(sent.status).toBe(201)
  expect([first.length, first.at(-1)?.path]).toEqual([50_000, '/items/49999'])
  expect([second.length, second[0]?.[2], second[1]?.[2], second.at(-1)?.[2]]).toEqual([101, 'path', '/items/50000', '/items/50099'])
})

test('a body of anything is never a failure of ours', { timeout: 60_000 }, async () => {
  const server = await startTestServer()
  const key = server.key('combined')
  const valid = CLIENTS[0]?.body(key) ?? ''
  const mutated = fc.tuple(fc.nat(valid.length), fc.nat(20), fc.string({ maxLength: 20 })).map(([at, length, text]) => valid.slice(0, at) + text + valid.slice(at + length))
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
  const key = server.key('combined')

  const sent = await server.post('/api/requests', JSON.stringify({ requests: [{ path: '/', method: 'GET', status: 200 }], api_key: `"${key}"` }))

  expect(sent.status).toBe(201)
})

test.each([
  ['1', ''],
  ['2', ''],
  ['9', ''],
  ['0', '203.0.113.7'],
])('privacy level %s after the rows leaves the IP %j', async (level, ip) => {
  const server = await startTestServer()
  const key = server.key('combined')

  await server.post('/api/requests', `{"api_key":"${key}","requests":[{"ip_address":"203.0.113.7","path":"/","method":"GET","status":200}],"privacy_level":${level}}`)
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
    ['no row that can be read', (key: string) => `{"api_key":"${key}","requests":[{}]}`, 400, 'of 1 rows none can be read'],
  ])('%s', async (_name, body, status, message) => {
    const server = await startTestServer()

    const sent = await server.post('/api/log-request', body(server.key('combined')))

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

  const preflight = await fetch(`${server.url}/api/requests`, { method: 'OPTIONS', headers: { origin: 'https://shop.example', 'access-control-request-method': 'POST' } })

  expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, '*'])
})
