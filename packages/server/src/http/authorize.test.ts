import { openRegistry } from '../registry/open-registry.ts'
import { expect, test, vi } from 'vitest'
import { KEY_KINDS, type KeyKind } from '../registry/registry.ts'
import { sampleBatch } from '../testing/sample-batch.ts'
import { sampleEvent } from '../testing/sample.ts'
import { startTestServer, type TestServer } from '../testing/start-test-server.ts'

// Some hundred requests, one after the other.
vi.setConfig({ testTimeout: 300_000 })

type Call = (server: TestServer, key: string) => Promise<Response>

const bearer = (key: string) => ({ authorization: `Bearer ${key}` })

const COUNT = '{"metrics":["requests"]}'

const postQuery =
  (path: string, body: string): Call =>
  (server, key) =>
    server.post(path, body, { ...bearer(key), 'content-type': 'application/json' })

const READING = [
  `query?q=${encodeURIComponent(COUNT)}`,
  'timeseries',
  'endpoints',
  'endpoint?endpoint=GET%20/',
  'errors',
  'consumers',
  'consumer?consumer=ada',
  'values?dimension=country',
  'error?fingerprint=ffffffffffffffff',
  'delivery',
  'latency',
  'live',
]

const WINDOW = `{"monitor":"${'0'.repeat(36)}","from":1,"to":2,"note":""}`
const RULE = '{"name":"slow","metric":"p95","windowMinutes":5,"condition":{"kind":"threshold","comparison":"gt","value":500}'
const REQUESTS_TO_EXPORT = '{"format":"ndjson","requests":{}}'

/** Those that take a body or name something, which need not be there or be free: who is told so may. */
const FURTHER: Readonly<Record<string, { readonly path?: string; readonly body?: string; readonly kinds: readonly KeyKind[] }>> = {
  'POST /api/v1/exports': { body: REQUESTS_TO_EXPORT, kinds: ['read', 'admin', 'combined'] },
  'GET /api/v1/exports': { kinds: ['read', 'admin', 'combined'] },
  'DELETE /api/v1/exports': { path: '?id=none', kinds: ['read', 'admin', 'combined'] },
  'POST /api/v1/exports/link': { body: '{"id":"none"}', kinds: ['read', 'admin', 'combined'] },
  'GET /api/v1/exports/files': { kinds: ['read', 'admin', 'combined'] },
  'PUT /api/v1/exports/files': { body: '{"daily":false,"monthly":false,"format":"csv"}', kinds: ['admin'] },
  'GET /api/v1/reports': { kinds: ['read', 'admin', 'combined'] },
  'PUT /api/v1/reports': { body: '{"frequency":"daily","recipients":[]}', kinds: ['admin'] },
  'GET /api/v1/monitors': { kinds: ['read', 'admin', 'combined'] },
  'POST /api/v1/monitors': { body: '{"name":"shop","url":"http://127.0.0.1/","paused":true}', kinds: ['admin', 'combined'] },
  'POST /api/v1/monitors/try': { path: '?id=none', body: '{"name":"shop"}', kinds: ['admin', 'combined'] },
  'GET /api/v1/monitor': { path: '?id=none', kinds: ['read', 'admin', 'combined'] },
  'PATCH /api/v1/monitor': { path: '?id=none', body: '{"name":"shop"}', kinds: ['admin', 'combined'] },
  'DELETE /api/v1/monitor': { path: '?id=none', kinds: ['admin', 'combined'] },
  'POST /api/v1/monitor/check': { path: '?id=none', body: '{}', kinds: ['admin', 'combined'] },
  'GET /api/v1/monitor/checks': { path: '?id=none', kinds: ['read', 'admin', 'combined'] },
  'GET /api/v1/monitor/latency': { path: '?id=none', kinds: ['read', 'admin', 'combined'] },
  'GET /api/v1/channels': { kinds: ['read', 'admin', 'combined'] },
  'POST /api/v1/channels': { body: '{"kind":"webhook","name":"ops","address":"http://127.0.0.1/"}', kinds: ['admin'] },
  'DELETE /api/v1/channel': { path: '?id=none', kinds: ['admin'] },
  'POST /api/v1/channel/test': { path: '?id=none', body: '{}', kinds: ['admin'] },
  'GET /api/v1/alert-rules': { kinds: ['read', 'admin', 'combined'] },
  'POST /api/v1/alert-rules': { body: `${RULE},"enabled":false}`, kinds: ['admin', 'combined'] },
  'PATCH /api/v1/alert-rule': { path: '?id=none', body: '{"name":"slower"}', kinds: ['admin', 'combined'] },
  'DELETE /api/v1/alert-rule': { path: '?id=none', kinds: ['admin', 'combined'] },
  'POST /api/v1/alert-rules/dry-run': { body: `{"rule":${RULE}},"hours":1}`, kinds: ['admin', 'combined'] },
  'GET /api/v1/alert-templates': { kinds: ['read', 'admin', 'combined'] },
  'POST /api/v1/alert-templates/rule': { body: '{"template":"health"}', kinds: ['admin', 'combined'] },
  'GET /api/v1/alerts': { kinds: ['read', 'admin', 'combined'] },
  'POST /api/v1/alert/acknowledge': { path: '?id=none', body: '{}', kinds: ['admin', 'combined'] },
  'GET /api/v1/incidents': { kinds: ['read', 'admin', 'combined'] },
  'GET /api/v1/maintenance': { kinds: ['read', 'admin', 'combined'] },
  'POST /api/v1/maintenance': { body: WINDOW, kinds: ['admin', 'combined'] },
  'DELETE /api/v1/maintenance': { path: '?window=1', kinds: ['admin', 'combined'] },
  'GET /api/v1/shares': { kinds: ['admin', 'combined'] },
  'POST /api/v1/shares': { body: '{"label":"for Ada"}', kinds: ['admin', 'combined'] },
  'DELETE /api/v1/shares': { path: '?id=none', kinds: ['admin', 'combined'] },
  'GET /api/v1/saved-views': { kinds: ['read', 'admin', 'combined'] },
  'PUT /api/v1/saved-views': { body: '{"name":"mine","place":"","query":""}', kinds: ['admin', 'combined'] },
  'DELETE /api/v1/saved-views': { path: '?name=none', kinds: ['admin', 'combined'] },
  'GET /api/v1/status-pages': { kinds: ['read', 'admin', 'combined'] },
  'PUT /api/v1/status-pages': { body: '{"slug":"shop","title":"Shop","description":"","showsTraffic":false,"monitors":[]}', kinds: ['admin', 'combined'] },
  'DELETE /api/v1/status-pages': { path: '?slug=none', kinds: ['admin', 'combined'] },
  'POST /api/monitor/add': { body: '{"url":"http://127.0.0.1/"}', kinds: ['admin', 'combined'] },
  'POST /api/monitor/delete': { body: '{"url":"http://127.0.0.2/"}', kinds: ['admin', 'combined'] },
  'GET /api/monitor/pings': { kinds: ['read', 'admin', 'combined'] },
}

/** Every address that takes a key, and the kinds that may use it. */
const CALLS: readonly { readonly name: string; readonly call: Call; readonly kinds: readonly KeyKind[] }[] = [
  {
    name: 'POST /api/v1/events',
    call: (server, key) => server.post('/api/v1/events', JSON.stringify(sampleBatch([sampleEvent()])), bearer(key)),
    kinds: ['ingest', 'admin', 'combined'],
  },
  {
    name: 'GET /api/v1/requests',
    call: (server, key) => server.get('/api/v1/requests', key),
    kinds: ['read', 'admin', 'combined'],
  },
  {
    name: 'GET /api/v1/overview',
    call: (server, key) => server.get('/api/v1/overview', key),
    kinds: ['read', 'admin', 'combined'],
  },
  {
    name: 'GET /api/v1/producers',
    call: (server, key) => server.get('/api/v1/producers', key),
    kinds: ['read', 'admin', 'combined'],
  },
  { name: 'POST /api/v1/query', call: postQuery('/api/v1/query', COUNT), kinds: ['read', 'admin', 'combined'] },
  { name: 'POST /api/v1/query/batch', call: postQuery('/api/v1/query/batch', `{"queries":{"one":${COUNT}}}`), kinds: ['read', 'admin', 'combined'] },
  ...READING.map((path): (typeof CALLS)[number] => ({
    name: `GET /api/v1/${path.replace(/\?.*/, '')}`,
    call: (server, key) => server.get(`/api/v1/${path}`, key),
    kinds: ['read', 'admin', 'combined'],
  })),
  ...Object.entries(FURTHER).map(([name, { path = '', body, kinds }]): (typeof CALLS)[number] => ({
    name,
    call: async (server, key) => {
      const [method = '', address = ''] = name.split(' ')
      const headers = { ...(address.startsWith('/api/monitor/') ? { 'x-auth-token': key } : bearer(key)), ...(body !== undefined && { 'content-type': 'application/json' }) }
      const answer = await fetch(`${server.url}${address}${path}`, { method, headers, ...(body !== undefined && { body }) })
      const isRefused = [401, 403].includes(answer.status) || answer.status >= 500
      return isRefused ? answer : new Response()
    },
    kinds,
  })),
  { name: 'GET /api/user-id', call: (server, key) => fetch(`${server.url}/api/user-id`, { headers: { 'x-auth-token': key } }), kinds: ['combined'] },
  { name: 'GET /api/user-id/{apiKey}', call: (server, key) => server.get(`/api/user-id/${key}`), kinds: ['combined'] },
  { name: 'GET /api/requests/{userId}', call: (server, key) => server.get(`/api/requests/${key}`), kinds: ['read', 'admin', 'combined'] },
  { name: 'GET /api/requests/{userId}/{page}', call: (server, key) => server.get(`/api/requests/${key}/1`), kinds: ['read', 'admin', 'combined'] },
  { name: 'GET /api/monitor/pings/{userId}', call: (server, key) => server.get(`/api/monitor/pings/${key}`), kinds: ['read', 'admin', 'combined'] },
  {
    name: 'GET /api/v1/request',
    // There is none to show; who is told so may read.
    call: async (server, key) => {
      const answer = await server.get('/api/v1/request?time=1&id=1', key)
      return answer.status === 404 ? new Response() : answer
    },
    kinds: ['read', 'admin', 'combined'],
  },
  { name: 'GET /api/v1/project', call: (server, key) => server.get('/api/v1/project', key), kinds: KEY_KINDS },
  { name: 'GET /api/v1/keys', call: (server, key) => server.get('/api/v1/keys', key), kinds: ['admin'] },
  {
    name: 'POST /api/v1/keys',
    call: (server, key) => server.post('/api/v1/keys', '{"kind":"read"}', { ...bearer(key), 'content-type': 'application/json' }),
    kinds: ['admin'],
  },
  {
    name: 'DELETE /api/v1/keys',
    // There is none to revoke; who is told so may.
    call: async (server, key) => {
      const answer = await fetch(`${server.url}/api/v1/keys?id=none`, { method: 'DELETE', headers: bearer(key) })
      return answer.status === 404 ? new Response() : answer
    },
    kinds: ['admin'],
  },
  {
    name: 'PATCH /api/v1/project',
    call: (server, key) =>
      fetch(`${server.url}/api/v1/project`, { method: 'PATCH', body: '{"privacyFloor":1}', headers: { ...bearer(key), 'content-type': 'application/json' } }),
    kinds: ['admin'],
  },
  { name: 'GET /api/v1/erasures', call: (server, key) => server.get('/api/v1/erasures', key), kinds: ['admin', 'combined'] },
  {
    name: 'POST /api/v1/erasures',
    call: (server, key) => server.post('/api/v1/erasures', '{"kind":"user","consumer":"ada"}', { ...bearer(key), 'content-type': 'application/json' }),
    kinds: ['admin', 'combined'],
  },
  {
    name: 'DELETE /api/v1/project/data',
    call: (server, key) => fetch(`${server.url}/api/v1/project/data`, { method: 'DELETE', headers: bearer(key) }),
    kinds: ['admin', 'combined'],
  },
  {
    name: 'GET /api/data',
    call: (server, key) => fetch(`${server.url}/api/data`, { headers: { 'x-auth-token': key } }),
    kinds: ['read', 'admin', 'combined'],
  },
  {
    name: 'POST /api/log-request',
    call: (server, key) =>
      server.post(
        '/api/log-request',
        JSON.stringify({ api_key: key, requests: [{ method: 'GET', path: '/', status: 200 }] }),
      ),
    kinds: ['ingest', 'admin', 'combined'],
  },
  {
    name: 'POST /api/delete',
    call: (server, key) => server.post('/api/delete', '', { 'x-auth-token': key }),
    kinds: ['admin', 'combined'],
  },
]

test('each address takes the kinds of keys that may, and tells the others which', async () => {
  const server = await startTestServer()
  const told: unknown[] = []
  const expected: unknown[] = []
  for (const { name, call, kinds } of CALLS) {
    for (const kind of KEY_KINDS) {
      const answer = await call(server, await server.key(kind, `of ${kind}`))
      told.push([name, kind, answer.ok ? 'passes' : answer.status])
      expected.push([name, kind, kinds.includes(kind) ? 'passes' : 403])
    }
  }
  expect(told).toEqual(expected)
})

test('each address refuses a wrong and a revoked key with 401', async () => {
  const server = await startTestServer()
  const registry = await openRegistry({ data: server.dataDir })
  const { id, key } = await registry.createKey((await registry.createProject({ name: 'other' })).id, 'admin')
  await registry.revokeKey(id)
  await registry.close()
  for (const { name, call } of CALLS) {
    for (const wrong of ['x', key, `${await server.key('admin')}x`, 'ad0b61b5-33d8-4d1b-baf0-3d811b68f007']) {
      const answer = await call(server, wrong)
      expect([name, answer.status, answer.headers.get('www-authenticate')]).toEqual([name, 401, 'Bearer realm="wayside"'])
      expect(await answer.json()).toMatchObject({ status: 401, detail: expect.stringContaining('wayside keys list') })
    }
  }
})

test('every address of the description that takes a key is in this table', async () => {
  const server = await startTestServer()

  const { paths } = (await (await server.get('/openapi.json')).json()) as {
    paths: Record<string, Record<string, { security?: Record<string, unknown>[] }>>
  }

  const secured = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { security }]) =>
      security?.some((way) => 'key' in way || 'token' in way) === true ? [`${method.toUpperCase()} ${path}`] : [],
    ),
  )
  expect(secured.filter((name) => !CALLS.some((call) => call.name === name))).toEqual([])
})

test("a project's key shows nothing of another project", async () => {
  const server = await startTestServer()
  await server.post(
    '/api/v1/events',
    JSON.stringify(sampleBatch([sampleEvent({ time: Date.now() })])),
    bearer(await server.key('ingest', 'mine')),
  )
  await server.drain()

  const other = await server.key('admin', 'other')

  expect(await (await server.get('/api/v1/requests', other)).json()).toEqual({ requests: [], nextCursor: null, listedSince: null })
  expect(await (await server.get('/api/v1/overview', other)).json()).toMatchObject({
    totals: { requests: 0 },
    endpoints: [],
    consumers: [],
  })
  expect(await (await server.get('/api/v1/producers', other)).json()).toMatchObject({
    summary: { producers: 0, captured: 0 },
    producers: [],
  })
  expect(await (await fetch(`${server.url}/api/data`, { headers: { 'x-auth-token': other } })).json()).toEqual([])
})

test('keys never reach the log', async () => {
  const server = await startTestServer()
  const key = await server.key('combined')

  await server.get('/api/v1/project', key)
  await server.get(`/api/delete/${key}`)
  await server.post(
    '/api/log-request',
    JSON.stringify({ api_key: key, requests: [{ method: 'GET', path: '/', status: 200 }] }),
  )

  expect(server.log.length).toBeGreaterThan(0)
  expect(server.log.join('')).not.toContain(key)
})
