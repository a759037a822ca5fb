import { expect, test } from 'vitest'
import { sampleBatch } from '../../testing/sample-batch.ts'
import { sampleEvent } from '../../testing/sample.ts'
import { startTestServer } from '../../testing/start-test-server.ts'

const ROUTES = { metrics: ['requests'], dimensions: ['route'], range: '24h' }

interface Batch {
  readonly answers: Record<string, { readonly rows: unknown; readonly totals: unknown; readonly comparison: unknown }>
  readonly problems: Record<string, { readonly status: number; readonly pointer?: string }>
}

/** A project with two requests of Ada's and one of Bob's. */
async function setUp() {
  const clock = { skippedMs: 0, frozen: false }
  const server = await startTestServer({ now: () => Date.now() + clock.skippedMs, monotonicMs: () => (clock.frozen ? 0 : performance.now()) })
  const key = await server.key('admin')
  const events = [
    ['/a', 'ada'],
    ['/b', 'ada'],
    ['/c', 'bob'],
  ].map(([route = '', userId = ''], at) => sampleEvent({ seq: at + 1, time: Date.now() - 60_000, route, userId }))
  await server.deliver(sampleBatch(events), await server.key('ingest'))
  const call = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${server.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }
  const share = async (body: object) => {
    const made = await call('POST', '/api/v1/shares', { label: 'for Ada', ...body })
    expect(made.status).toBe(200)
    return { token: String(made.body['token']), id: (made.body['share'] as { readonly id: string }).id }
  }
  const read = async (token: string, queries: Record<string, unknown>, pass = '') => {
    const response = await server.post('/api/v1/shared/query/batch', JSON.stringify({ queries }), { 'content-type': 'application/json', authorization: `Bearer ${token}`, 'x-wayside-pass': pass })
    return { status: response.status, headers: response.headers, body: (await response.json()) as Batch }
  }
  const unlock = async (token: string, password: string) => {
    const response = await server.post('/api/v1/shared/open', JSON.stringify({ password }), { 'content-type': 'application/json', authorization: `Bearer ${token}` })
    return { status: response.status, pass: String(((await response.json()) as { readonly pass?: string }).pass) }
  }
  return { server, clock, call, share, read, unlock }
}

test('a locked filter bounds rows, totals and comparison, whatever a reader adds', async () => {
  const { share, read } = await setUp()
  const { token } = await share({ filter: ['is', 'userId', ['ada']] })

  const { status, body } = await read(token, {
    plain: { ...ROUTES, totals: true },
    or: { ...ROUTES, filter: ['or', [['is', 'route', ['/c']], ['exists', 'route']]], totals: true },
    not: { ...ROUTES, filter: ['not', ['is', 'route', ['/a']]], totals: true },
    other: { ...ROUTES, filter: ['is', 'route', ['/c']], totals: true },
    beside: { metrics: ['requests'], range: '24h', compare: { from: Date.now() - 86_400_000, to: Date.now() }, totals: true },
  })

  expect([status, body.problems]).toEqual([200, {}])
  const seen = Object.fromEntries(Object.entries(body.answers).map(([name, { rows, totals }]) => [name, { rows, totals }]))
  const both = { rows: [['/a', 1], ['/b', 1]], totals: [2] }
  expect(seen).toEqual({ plain: both, or: both, not: { rows: [['/b', 1]], totals: [1] }, other: { rows: [], totals: [0] }, beside: { rows: [[2]], totals: [2] } })
  expect(body.answers['beside']?.comparison).toMatchObject({ rows: [[2]], totals: [2] })
})

test('a link without a filter shows all requests, and nothing that names who made them', async () => {
  const { share, read } = await setUp()
  const { token } = await share({})

  const { body } = await read(token, { routes: ROUTES, users: { ...ROUTES, dimensions: ['userId'] }, guess: { ...ROUTES, filter: ['is', 'consumer', ['ada']] } })

  expect(body.answers['routes']?.rows).toEqual([['/a', 1], ['/b', 1], ['/c', 1]])
  expect(body.problems).toMatchObject({ users: { status: 400, pointer: '/dimensions/0' }, guess: { status: 400, pointer: '/filter/1' } })
})

test('links that are unknown, revoked or expired answer alike', async () => {
  const { clock, call, share, read } = await setUp()
  const ending = await share({ expiresAt: Date.now() + 3_600_000 })
  const revoked = await share({})
  expect((await read(revoked.token, { one: ROUTES })).status).toBe(200)
  expect((await call('DELETE', `/api/v1/shares?id=${revoked.id}`)).body).toEqual({ revoked: true })
  expect((await call('DELETE', `/api/v1/shares?id=${revoked.id}`)).status).toBe(404)

  clock.skippedMs = 3_600_000
  const answers = await Promise.all(['unknown', ending.token, revoked.token].map((token) => read(token, { one: ROUTES })))

  for (const { status, body } of answers) expect([status, body]).toEqual([401, answers[0]?.body])
})

test('links are listed without their tokens', async () => {
  const { call, share } = await setUp()
  const { token, id } = await share({ filter: ['is', 'country', ['DE']] })

  const { body } = await call('GET', '/api/v1/shares')

  expect(body).toEqual({ shares: [{ id, label: 'for Ada', hasPassword: false, frameHosts: [], filter: ['is', 'country', ['DE']], createdAt: expect.any(Number), expiresAt: null }] })
  expect(JSON.stringify(body)).not.toContain(token)
})

test.each([
  [{ filter: ['is', 'nothing', ['x']] }, 400],
  [{ filter: 'all' }, 400],
  [{ filter: Array.from({ length: 7 }).reduce<unknown>((inner) => ['not', inner], ['is', 'route', ['/a']]) }, 400],
  [{ expiresAt: 1 }, 400],
  [{ label: '' }, 400],
  [{ password: 'short' }, 400],
  [{ frameHosts: ['intranet.example.com'] }, 400],
  [{ frameHosts: ["https://a.example.com 'self'"] }, 400],
  [{ frameHosts: ['https://a.example.com/page'] }, 400],
])('a link that could not be read is not made: %j', async (body, status) => {
  const { call } = await setUp()
  expect((await call('POST', '/api/v1/shares', { label: 'x', ...body })).status).toBe(status)
  expect((await call('GET', '/api/v1/shares')).body).toEqual({ shares: [] })
})

test('a link is asked a bounded number of times, whoever asks', async () => {
  const { clock, share, read } = await setUp()
  const { token } = await share({})
  clock.frozen = true

  // Queries that are refused cost nothing and count the same.
  for (let at = 0; at < 60; at++) expect((await read(token, { one: {} })).status).toBe(200)

  const { status, headers } = await read(token, { one: {} })
  expect([status, Number(headers.get('retry-after')) > 0]).toEqual([429, true])
  expect((await read((await share({})).token, { one: ROUTES })).status).toBe(200)
})

test('a link with a password tells nothing until it is given, and guesses have to wait', async () => {
  const { clock, call, share, read, server, unlock } = await setUp()
  clock.frozen = true
  const { token, id } = await share({ password: 'four words of it' })
  const other = await share({ password: 'four words of it' })
  const about = async () => (await server.get('/api/v1/shared', token)).json()

  expect(await about()).toEqual({ label: 'for Ada', hasPassword: true, expiresAt: null })
  expect((await read(token, { one: ROUTES })).status).toBe(401)
  expect((await unlock(token, 'another')).status).toBe(403)
  const { pass } = await unlock(token, 'four words of it')
  expect((await read(token, { one: ROUTES }, pass)).status).toBe(200)
  expect((await read(other.token, { one: ROUTES }, pass)).status).toBe(401)

  for (let at = 0; at < 10; at++) expect((await unlock(token, `guess ${at}`)).status).toBe(403)
  expect((await unlock(token, 'four words of it')).status).toBe(429)
  expect((await read(token, { one: ROUTES }, pass)).status).toBe(200)
  await call('DELETE', `/api/v1/shares?id=${id}`)
  expect((await read(token, { one: ROUTES }, pass)).status).toBe(401)
})
