import type { QueryAnswer } from '@wayside/protocol'
import { expect, test } from 'vitest'
import { sampleBatch } from '../../testing/sample-batch.ts'
import { sampleEvent } from '../../testing/sample.ts'
import { startTestServer } from '../../testing/start-test-server.ts'

const NOW = Date.UTC(2026, 5, 15, 12, 34, 56)
const QUERY = { metrics: ['requests', 'errors'], dimensions: ['endpoint'], range: { from: '2026-06-15', to: '2026-06-15' }, totals: true }

async function start() {
  const server = await startTestServer({ now: () => NOW })
  const key = await server.key('combined')
  const events = [
    sampleEvent({ time: NOW - 60_000, route: '/users/:id' }),
    sampleEvent({ time: NOW - 60_000, route: '/users/:id', userId: '=HYPERLINK("http://evil")' }),
    sampleEvent({ time: NOW - 120_000, route: '/orders', method: 'POST', status: 500 }),
    sampleEvent({ time: NOW - 26 * 3_600_000, route: '/orders', method: 'POST' }),
  ]
  await server.deliver(sampleBatch(events.map((event, seq) => ({ ...event, seq }))), key)
  const authorization = `Bearer ${key}`
  return {
    server,
    post: (query: unknown, headers: Record<string, string> = {}, path = '/api/v1/query') => server.post(path, JSON.stringify(query), { authorization, 'content-type': 'application/json', ...headers }),
    get: (path: string, headers: Record<string, string> = {}) => fetch(`${server.url}${path}`, { headers: { authorization, ...headers } }),
  }
}

test('a query is answered by POST and as a parameter alike, with the totals of all groups', async () => {
  const { post, get } = await start()
  const posted = (await (await post(QUERY)).json()) as QueryAnswer
  const { meta: _meta, ...got } = (await (await get(`/api/v1/query?q=${encodeURIComponent(JSON.stringify(QUERY))}`)).json()) as QueryAnswer

  expect(posted).toMatchObject({ rows: [['GET /users/:id', 2, 0], ['POST /orders', 1, 1]], totals: [3, 1], nextCursor: null })
  expect(posted.meta).toMatchObject({ from: Date.UTC(2026, 5, 15), to: Date.UTC(2026, 5, 16), exact: true, warnings: [] })
  expect(posted).toMatchObject(got)
})

test('pages follow each other by their cursors, in every format', async () => {
  const { post } = await start()
  const first = (await (await post({ ...QUERY, limit: 1 })).json()) as QueryAnswer
  const second = (await (await post({ ...QUERY, limit: 1, cursor: first.nextCursor })).json()) as QueryAnswer
  const csv = await post({ ...QUERY, limit: 1 }, { accept: 'text/csv' })

  expect([first.rows, second.rows, second.nextCursor]).toEqual([[['GET /users/:id', 2, 0]], [['POST /orders', 1, 1]], null])
  expect(csv.headers.get('x-wayside-next-cursor')).toBe(first.nextCursor)
})

test('CSV has a header, quotes what must be, and no formula', async () => {
  const { post } = await start()
  const query = { metrics: ['requests'], dimensions: ['time:day', 'userId'], range: QUERY.range, compare: 'previous', orderBy: [['userId', 'asc']] }
  const answer = await post(query, { accept: 'text/html, text/csv;q=0.9, application/json;q=0.5' })

  expect(answer.headers.get('content-type')).toMatch(/^text\/csv; charset=utf-8/)
  expect(await answer.text()).toBe(
    ['time:day,userId,requests,compared:requests', '2026-06-15T00:00:00.000Z,,2,1', `2026-06-15T00:00:00.000Z,"'=HYPERLINK(""http://evil"")",1,`, ''].join('\r\n'),
  )
})

test('NDJSON is an object a line, and the address says it before the header', async () => {
  const { post } = await start()
  const answer = await post(QUERY, { accept: 'text/csv' }, '/api/v1/query?format=ndjson')

  expect(answer.headers.get('content-type')).toBe('application/x-ndjson')
  const lines = (await answer.text()).trimEnd().split('\n')
  expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
    { endpoint: 'GET /users/:id', requests: 2, errors: 0 },
    { endpoint: 'POST /orders', requests: 1, errors: 1 },
  ])
})

test('an answer about a range that is over need not be sent twice', async () => {
  const { get } = await start()
  const address = (day: string) => `/api/v1/query?q=${encodeURIComponent(JSON.stringify({ ...QUERY, range: { from: day, to: day } }))}`
  const first = await get(address('2026-06-14'))
  const tag = first.headers.get('etag') ?? ''

  expect(first.headers.get('cache-control')).toBe('private, no-cache')
  expect((await get(address('2026-06-14'), { 'if-none-match': tag })).status).toBe(304)
  expect((await get(address('2026-06-14'), { 'if-none-match': 'W/"other"' })).status).toBe(200)
  expect((await get(`${address('2026-06-14')}&format=csv`, { 'if-none-match': tag })).status).toBe(200)
  expect((await get(address('2026-06-15'))).headers.has('etag')).toBe(false)
})

test('a mistake is refused with where it is, what is allowed and what was meant', async () => {
  const { post } = await start()
  const answer = await post({ ...QUERY, filter: ['is', 'metod', ['GET']] })

  expect([answer.status, answer.headers.get('content-type')]).toEqual([400, 'application/problem+json; charset=utf-8'])
  expect(await answer.json()).toMatchObject({ pointer: '/filter/1', detail: expect.stringMatching(/at "\/filter\/1": "metod" is not known here\. Did you mean "method"\?/) })
})

test('a key that may only send is refused, as is none', async () => {
  const server = await startTestServer()
  const key = await server.key('ingest')
  const path = `/api/v1/query?q=${encodeURIComponent(JSON.stringify(QUERY))}`

  expect([(await server.get(path, key)).status, (await server.get(path)).status]).toEqual([403, 401])
})

test('the description names the query and its filters once', async () => {
  const server = await startTestServer()
  const openapi = (await (await server.get('/openapi.json')).json()) as { components: { schemas: Record<string, object> } }

  expect(Object.keys(openapi.components.schemas)).toEqual(['Filter', 'Having'])
  expect(JSON.stringify(openapi)).not.toMatch(/"\$ref":"(?!#\/components\/schemas\/(Filter|Having)")/)
  expect(openapi).toHaveProperty(['paths', '/api/v1/query', 'post', 'requestBody', 'content', 'application/json', 'schema', 'properties', 'filter', '$ref'], '#/components/schemas/Filter')
})
