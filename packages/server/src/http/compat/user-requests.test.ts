import { expect, test } from 'vitest'
import { sampleBatch } from '../../testing/sample-batch.ts'
import { sampleEvent } from '../../testing/sample.ts'
import { startTestServer } from '../../testing/start-test-server.ts'

const TIME = Date.UTC(2026, 0, 31, 12)

async function setUp() {
  const server = await startTestServer({ now: () => TIME + 60_000 })
  const key = await server.key('combined')
  const events = [
    sampleEvent({ seq: 0, time: TIME, path: '/users/42', userAgent: 'curl/8.5.0', ip: '203.0.113.7', userId: 'ada' }),
    sampleEvent({ seq: 1, time: TIME + 1, method: 'PROPFIND', path: '/files', userAgent: null, ip: null, userId: null, host: null, durationUs: null }),
    sampleEvent({ seq: 2, time: TIME + 2, method: 'POST', path: '/users', userAgent: 'curl/8.5.0' }),
  ]
  await server.deliver(sampleBatch(events), key)
  await server.drain()
  return { server, key }
}

test('a key has an id that reads its rows as the page of that system does', async () => {
  const { server, key } = await setUp()
  const answer = await fetch(`${server.url}/api/user-id`, { headers: { 'x-auth-token': `"${key}"` } })
  const userId: unknown = await answer.json()
  expect([answer.headers.get('cache-control'), await (await server.get(`/api/user-id/${key}`)).json()]).toEqual(['no-store', userId])

  const { requests, user_agents: agents } = (await (await server.get(`/api/requests/${String(userId)}`)).json()) as { readonly requests: readonly (readonly unknown[])[]; readonly user_agents: unknown }
  expect(agents).toEqual({ 1: 'curl/8.5.0' })
  expect(requests).toHaveLength(3)
  expect(requests[0]).toEqual(['203.0.113.7', '/users/42', 'api.example.com', 1, 0, expect.any(Number), 200, expect.any(String), 'ada', '2026-01-31T12:00:00.000Z'])
  expect(requests[1]).toEqual(['', '/files', '', null, 'PROPFIND', null, 200, expect.any(String), '', '2026-01-31T12:00:00.001Z'])
  expect(requests[2]?.[4]).toBe(1)
  expect(await (await server.get(`/api/requests/${String(userId)}/2`)).json()).toEqual({ requests: [], user_agents: {} })
  expect((await server.post('/api/v1/events', JSON.stringify(sampleBatch([sampleEvent()])), { authorization: `Bearer ${String(userId)}` })).status).toBe(403)
})

test.each([
  ['/api/user-id/00000000-0000-4000-8000-000000000000', 401],
  ['/api/user-id', 401],
  ['/api/requests/00000000-0000-4000-8000-000000000000', 401],
  ['/api/requests/KEY?page=0', 400],
  ['/api/requests/KEY/first', 400],
  ['/api/requests/KEY/-1', 400],
])('%s is a %i that says what to do', async (path, status) => {
  const { server, key } = await setUp()
  const answer = await server.get(path.replace('KEY', key))
  expect([answer.status, await answer.json()]).toEqual([status, expect.objectContaining({ detail: expect.stringMatching(/./) })])
})
