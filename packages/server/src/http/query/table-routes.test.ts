import type { QueryAnswer } from '@wayside/protocol'
import { expect, test } from 'vitest'
import { sampleBatch } from '../../testing/sample-batch.ts'
import { sampleEvent } from '../../testing/sample.ts'
import { startTestServer } from '../../testing/start-test-server.ts'

const NOW = Date.UTC(2026, 5, 15, 12, 34, 56)

async function start() {
  const server = await startTestServer({ now: () => NOW })
  const key = await server.key('combined')
  const ago = (minutes: number, over: Parameters<typeof sampleEvent>[0]) => sampleEvent({ time: NOW - minutes * 60_000, userId: 'ada', ...over })
  const events = [
    ago(1, { route: '/users/:id' }),
    ago(2, { route: '/users/:id', status: 404, userId: 'bob' }),
    ago(3, { route: '/orders', method: 'POST', status: 500, errorClass: 'TypeError', errorFingerprint: 'f00d' }),
    ago(30 * 60, { route: '/orders', method: 'POST' }),
  ]
  await server.deliver(sampleBatch(events.map((event, seq) => ({ ...event, seq }))), key)
  return { get: (path: string) => server.get(path, key) }
}

async function tableOf(answer: Response): Promise<Record<string, unknown>[]> {
  const { columns, rows } = (await answer.json()) as QueryAnswer
  return rows.map((row) => Object.fromEntries(columns.map(({ key }, at) => [key, row[at]])))
}

test('each address answers what people ask every day', async () => {
  const { get } = await start()
  const table = async (path: string) => tableOf(await get(path))

  expect(await table('/api/v1/endpoints')).toMatchObject([{ endpoint: 'GET /users/:id', requests: 2, clientErrors: 1, serverErrors: 0 }, { endpoint: 'POST /orders', requests: 1, serverErrors: 1 }])
  expect(await table('/api/v1/consumers')).toMatchObject([{ consumer: 'ada', consumerKind: 'user', requests: 2, errors: 1 }, { consumer: 'bob', requests: 1 }])
  expect(await table('/api/v1/errors')).toMatchObject([{ status: 404, requests: 1 }, { status: 500, requests: 1 }])
  expect(await table('/api/v1/errors?by=endpoint')).toMatchObject([{ endpoint: 'GET /users/:id', status: 404 }, { endpoint: 'POST /orders', status: 500 }])
  expect(await table('/api/v1/errors?by=fingerprint')).toMatchObject([{ errorFingerprint: 'f00d', errorClass: 'TypeError', endpoint: 'POST /orders', requests: 1 }])
  expect(await table('/api/v1/values?dimension=endpoint&q=users')).toEqual([{ endpoint: 'GET /users/:id', requests: 2 }])
})

test('a series has an interval that suits its range, or the one that was asked for', async () => {
  const { get } = await start()
  const lengths = async (parameters: string) => {
    const rows = await tableOf(await get(`/api/v1/timeseries?${parameters}`))
    return [rows.length, rows.reduce((sum, { requests }) => sum + Number(requests), 0)]
  }

  expect(await lengths('range=1h')).toEqual([60, 3])
  expect(await lengths('')).toEqual([96, 3])
  expect(await lengths('range=30d')).toEqual([30, 4])
  expect(await lengths('range=24h&interval=hour')).toEqual([24, 3])
})

test('range, time zone, filter, comparison and pages are parameters of all', async () => {
  const { get } = await start()
  const filter = encodeURIComponent(JSON.stringify(['is', 'method', ['POST']]))
  const answer = (await (await get(`/api/v1/endpoints?from=2026-06-15&to=2026-06-15&timeZone=Europe/Berlin&compare=previous&filter=${filter}`)).json()) as QueryAnswer
  const page = (await (await get('/api/v1/endpoints?limit=1')).json()) as QueryAnswer
  const next = await tableOf(await get(`/api/v1/endpoints?limit=1&cursor=${page.nextCursor}`))

  expect(answer.meta).toMatchObject({ from: Date.UTC(2026, 5, 14, 22), to: Date.UTC(2026, 5, 15, 22), timeZone: 'Europe/Berlin' })
  expect(answer.rows.map(([endpoint, requests]) => [endpoint, requests])).toEqual([['POST /orders', 1]])
  expect(answer.comparison?.rows.map((row) => row?.[0])).toEqual([1])
  expect(next).toMatchObject([{ endpoint: 'POST /orders' }])
})

test('one error comes with where it was thrown', async () => {
  const server = await startTestServer({ now: () => NOW })
  const key = await server.key('combined')
  const event = sampleEvent({ time: NOW - 60_000, userId: 'ada', status: 500, errorClass: 'TypeError', errorFingerprint: 'f00d' })
  const stacks = [{ fingerprint: 'f00d', errorClass: 'TypeError', frames: ['loadUser (src/users.ts:12:9)'] }]
  await server.deliver({ ...sampleBatch([event]), stacks }, key)

  const error: unknown = await (await server.get('/api/v1/error?fingerprint=f00d', key)).json()
  expect(error).toMatchObject({ problems: {}, stack: { errorClass: 'TypeError', frames: ['loadUser (src/users.ts:12:9)'], seenAt: NOW } })
  expect(error).toHaveProperty(['answers', 'totals', 'rows', 0, 0], 1)
  const firsts = Object.entries({ endpoints: 'GET /users/:id', consumers: 'ada', versions: null })
  for (const [table, first] of firsts) expect(error).toHaveProperty(['answers', table, 'rows', 0, 0], first)
  expect(await (await server.get('/api/v1/error?fingerprint=beef', key)).json()).toMatchObject({ stack: null })
})

test('one endpoint and one consumer come with all that their pages show', async () => {
  const { get } = await start()

  const endpoint: unknown = await (await get(`/api/v1/endpoint?endpoint=${encodeURIComponent('POST /orders')}`)).json()
  expect(endpoint).toHaveProperty(['answers', 'totals', 'rows', 0, 0], 1)
  expect(endpoint).toHaveProperty(['answers', 'totals', 'comparison', 'rows', 0, 0], 1)
  expect(endpoint).toMatchObject({ answers: { statuses: { rows: [[500, 1]] }, errors: { rows: [['f00d', 'TypeError', 1, 1, expect.any(Number), expect.any(Number)]] } }, problems: {} })
  expect(await (await get('/api/v1/consumer?consumer=bob')).json()).toMatchObject({ answers: { endpoints: { rows: [['GET /users/:id', 1, 1, 1, expect.any(Number), 512, expect.any(Number)]] } }, problems: {} })
})
