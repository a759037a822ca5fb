import { expect, test } from 'vitest'
import { checkDemo } from '../config/check-demo.ts'
import { startTestServer, type TestServer } from '../testing/start-test-server.ts'
import { DEMO_KEY } from './demo.ts'
import { DAY_MS, toMadeDay } from './made-day.ts'

const NOW = 20_800 * DAY_MS + DAY_MS / 2

const HEADERS = { authorization: `Bearer ${DEMO_KEY}`, 'content-type': 'application/json' }

async function requestsOf(server: TestServer): Promise<unknown> {
  const response = await server.post('/api/v1/query', JSON.stringify({ range: '90d', metrics: ['requests'] }), HEADERS)
  return response.ok ? ((await response.json()) as { readonly rows: readonly (readonly unknown[])[] }).rows[0]?.[0] : response.status
}

/** Those of the thirty days up to an instant. */
function countUpTo(now: number): number {
  const today = Math.floor(now / DAY_MS)
  return Array.from({ length: 30 }, (_, at) => toMadeDay(today - at).events.filter(({ time }) => time <= now).length).reduce((sum, count) => sum + count, 0)
}

test('everybody may look at thirty days of made-up requests, which are there once after another start, and change nothing', async () => {
  const first = await startTestServer({ demo: true, now: () => NOW })
  await expect.poll(() => requestsOf(first), { timeout: 30_000 }).toBe(countUpTo(NOW))
  const link = await fetch(`${first.url}/dashboard/demo`, { redirect: 'manual' })
  expect([link.status, link.headers.get('location')]).toEqual([302, '/#key=demo'])
  expect((await first.get('/api/v1/requests?limit=1', DEMO_KEY)).status).toBe(200)
  for (const path of ['/api/v1/events', '/api/v1/exports', '/api/v1/shares', '/api/v1/erasures', '/api/v1/monitors', '/api/v1/keys'])
    expect((await first.post(path, '{}', HEADERS)).status, path).toBe(403)
  await first.stop()

  const later = NOW + DAY_MS / 4
  const second = await startTestServer({ demo: true, data: first.dataDir, now: () => later })
  const kept = countUpTo(NOW) + toMadeDay(20_800).events.filter(({ time }) => time > NOW && time <= later).length
  await expect.poll(() => requestsOf(second), { timeout: 30_000 }).toBe(kept)
  const { summary } = (await (await second.get('/api/v1/producers', DEMO_KEY)).json()) as { readonly summary: { readonly duplicates: number; readonly lost: number; readonly unaccounted: number } }
  expect(summary).toMatchObject({ duplicates: 0, lost: 0, unaccounted: 0 })
})

test('a server that shows no demo says how to have one, and its word is no key', async () => {
  const server = await startTestServer()
  const answer = await fetch(`${server.url}/dashboard/demo`, { redirect: 'manual' })
  expect([answer.status, await answer.text()]).toEqual([404, expect.stringContaining('--demo')])
  expect((await server.get('/api/v1/overview', DEMO_KEY)).status).toBe(401)
})

test('a demo whose other processes would not know of it is refused', () => {
  expect(() => checkDemo({ demo: true, clickhouseUrl: 'http://127.0.0.1:8123' })).toThrow('--demo')
  expect(() => checkDemo({ demo: false, clickhouseUrl: 'http://127.0.0.1:8123' })).not.toThrow()
})
