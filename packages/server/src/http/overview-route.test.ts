import { LATENCY_RELATIVE_ERROR, type ApiEvent, type Overview } from '@wayside/protocol'
import { expect, test } from 'vitest'
import { sampleBatch } from '../testing/sample-batch.ts'
import { sampleEvent } from '../testing/sample.ts'
import { startTestServer, type TestServer } from '../testing/start-test-server.ts'

const NOW = Date.UTC(2026, 5, 15, 12, 34, 56)
const HOUR_MS = 3_600_000

async function overviewOf(
  events: readonly ApiEvent[],
  period: string,
): Promise<{ readonly overview: Overview; readonly server: TestServer }> {
  const server = await startTestServer({ now: () => NOW })
  const key = await server.key('combined')
  await server.post('/api/v1/events', JSON.stringify(sampleBatch(events.map((event, seq) => ({ ...event, seq })))), {
    authorization: `Bearer ${key}`,
  })
  await server.drain()
  // The type is what the description of the answer promises; the assertions below look at it.
  const overview = (await (await server.get(`/api/v1/overview?period=${period}`, key)).json()) as Overview
  return { overview, server }
}

test('every figure of the page is the count of what was sent', async () => {
  const ago = (ms: number, over: Partial<ApiEvent> = {}) =>
    sampleEvent({ time: NOW - ms, durationUs: 1_000, responseBytes: 100, ...over })
  const { overview } = await overviewOf(
    [
      ago(60_000, { userId: 'ada' }),
      ago(120_000, { userId: 'ada', durationUs: 9_000 }),
      ago(120_000, { userId: 'bob', status: 404, route: null, path: '/nothing' }),
      ago(180_000, { method: 'POST', route: '/orders', status: 500, ip: '198.51.100.9' }),
      ago(180_000, { method: 'POST', route: '/orders', status: 302 }),
      ago(HOUR_MS + 120_000, { userId: 'cy', status: 503 }),
    ],
    '1h',
  )

  expect(overview).toMatchObject({
    project: { name: 'shop' },
    period: '1h',
    intervalMs: 60_000,
    totals: {
      requests: 5,
      success: 2,
      redirect: 1,
      clientError: 1,
      serverError: 1,
      errorRate: 0.4,
      responseBytes: 500,
      consumers: 4,
    },
    previous: { requests: 1, success: 0, serverError: 1, errorRate: 1, consumers: 1 },
  })
  expect(
    overview.endpoints.map(({ method, route, requests, errorRate }) => [method, route, requests, errorRate]),
  ).toEqual(
    expect.arrayContaining([
      ['GET', '/users/:id', 2, 0],
      ['POST', '/orders', 2, 0.5],
      ['GET', null, 1, 1],
    ]),
  )
  expect(overview.consumers).toContainEqual({
    kind: 'user',
    consumer: 'ada',
    requests: 2,
    errors: 0,
    lastSeenAt: expect.any(Number),
  })
  expect(overview.consumers).toContainEqual({
    kind: 'ip',
    consumer: '198.51.100.9',
    requests: 1,
    errors: 1,
    lastSeenAt: expect.any(Number),
  })
  expect(Math.abs((overview.totals.p99Ms ?? 0) - 9)).toBeLessThanOrEqual(9 * LATENCY_RELATIVE_ERROR)
  expect(overview.clients.reduce((sum, { requests }) => sum + requests, 0)).toBe(5)
})

test('the series has every interval, empty ones too, and adds up to the totals', async () => {
  const events = Array.from({ length: 40 }, (_, at) =>
    sampleEvent({ time: NOW - at * 30_000, status: 200 + (at % 5) * 75 }),
  )
  const { overview } = await overviewOf(events, '1h')

  const sum = (of: (point: Overview['series'][number]) => number) =>
    overview.series.reduce((total, point) => total + of(point), 0)
  expect(overview.series.map((point) => point.time)).toEqual(
    Array.from({ length: 60 }, (_, at) => overview.from + at * 60_000),
  )
  expect([
    sum((point) => point.success),
    sum((point) => point.redirect),
    sum((point) => point.clientError),
    sum((point) => point.serverError),
  ]).toEqual([
    overview.totals.success,
    overview.totals.redirect,
    overview.totals.clientError,
    overview.totals.serverError,
  ])
  expect(overview.totals.requests).toBe(40)
})

test('a project without events answers with nothing, not with zeros for what is unknown', async () => {
  const server = await startTestServer({ now: () => NOW })

  const overview = await (await server.get('/api/v1/overview', await server.key('read'))).json()

  expect(overview).toMatchObject({
    period: '24h',
    totals: { requests: 0, errorRate: null, p50Ms: null },
    endpoints: [],
    consumers: [],
    countries: [],
    clients: [],
  })
})
