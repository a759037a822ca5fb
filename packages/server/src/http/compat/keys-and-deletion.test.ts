import { describe, expect, test } from 'vitest'
import { sampleBatch } from '../../testing/sample-batch.ts'
import { sampleEvent } from '../../testing/sample.ts'
import { startTestServer } from '../../testing/start-test-server.ts'

describe('POST /api/generate', () => {
  test('gives a key as a JSON string that sends and reads', async () => {
    const server = await startTestServer()

    const answer = await server.post('/api/generate', '')
    const key: unknown = await answer.json()

    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect(key).toMatch(/^[\da-f-]{36}$/)
    expect(await (await server.get('/api/v1/project', String(key))).json()).toMatchObject({ keyKind: 'combined' })
  })

  test.each(['/api/generate', '/api/generate-api-key'])('GET %s does the same for old clients', async (path) => {
    const server = await startTestServer()

    expect(await (await server.get(path)).json()).toMatch(/^[\da-f-]{36}$/)
  })

  test.each([
    ['a page of another site', { 'sec-fetch-site': 'cross-site' }],
    ['a proxy', { 'x-forwarded-for': '203.0.113.7' }],
  ])('is closed to %s', async (_name, headers) => {
    const server = await startTestServer()

    const answer = await server.post('/api/generate', '', headers)

    expect(answer.status).toBe(403)
  })

  test('is closed off loopback, says how to make a key, and opens with openKeys', async () => {
    const closed = await startTestServer({ host: '0.0.0.0' })
    const open = await startTestServer({ host: '0.0.0.0', openKeys: true })

    const refused = await closed.post('/api/generate', '')
    const given = await open.post('/api/generate', '')

    expect([refused.status, given.status]).toEqual([403, 200])
    expect(await refused.json()).toMatchObject({ detail: expect.stringContaining('--open-keys') })
  })

  test('is throttled, and says until when', async () => {
    const server = await startTestServer({ monotonicMs: () => 0 })

    const statuses = new Set<number>()
    for (let at = 0; at < 60; at++) statuses.add((await server.post('/api/generate', '')).status)
    const refused = await server.post('/api/generate', '')

    expect([...statuses]).toEqual([200])
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1'])
  })
})

describe('POST /api/delete', () => {
  test.each([
    ['in the header', (key: string) => ({ body: '', headers: { 'x-auth-token': key } })],
    [
      'in a JSON body',
      (key: string) => ({ body: JSON.stringify({ api_key: key }), headers: { 'content-type': 'application/json' } }),
    ],
    [
      'in a form',
      (key: string) => ({ body: `api_key=${key}`, headers: { 'content-type': 'application/x-www-form-urlencoded' } }),
    ],
  ])('with the key %s takes project, keys and data away at once', async (_name, toRequest) => {
    const server = await startTestServer()
    const key = await server.key('combined')
    const reader = await server.key('read')
    const batch = JSON.stringify(sampleBatch([sampleEvent({ time: Date.now() })]))
    await server.post('/api/v1/events', batch, { authorization: `Bearer ${key}` })

    const { body, headers } = toRequest(key)
    const deleted = await server.post('/api/delete', body, headers)

    expect(await deleted.json()).toEqual({ status: 200, message: 'Account data deleted successfully.' })
    for (const each of [key, reader]) expect((await server.get('/api/v1/requests', each)).status).toBe(401)
    const again = await server.key('read')
    expect(await (await server.get('/api/v1/requests', again)).json()).toMatchObject({ requests: [] })
  })

  test('is not offered as a link', async () => {
    const server = await startTestServer()
    const key = await server.key('combined')

    const answer = await server.get(`/api/delete/${key}`)

    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST'])
    expect((await server.get('/api/v1/project', key)).status).toBe(200)
  })
})

test('DELETE /api/v1/project/data takes the data away and leaves the project', async () => {
  const server = await startTestServer()
  const key = await server.key('combined')
  const batch = JSON.stringify(sampleBatch([sampleEvent({ time: Date.now() })]))
  await server.post('/api/v1/events', batch, { authorization: `Bearer ${key}` })

  const erased = await fetch(`${server.url}/api/v1/project/data`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${key}` },
  })
  const late = await server.post('/api/v1/events', batch, { authorization: `Bearer ${key}` })
  await server.drain()

  expect(await erased.json()).toEqual({ events: 1, backups: [] })
  expect(await late.json()).toMatchObject({ accepted: 0, duplicates: 1 })
  expect(await (await server.get('/api/v1/requests', key)).json()).toMatchObject({ requests: [] })
  expect(await (await server.get('/api/v1/overview?period=1h', key)).json()).toMatchObject({ totals: { requests: 0 } })
})

test('DELETE /api/v1/project/data with days takes those away, and says what is no day', async () => {
  const server = await startTestServer()
  const key = await server.key('combined')
  const today = new Date().toISOString().slice(0, 10)
  await server.post('/api/v1/events', JSON.stringify(sampleBatch([sampleEvent({ time: Date.now() })])), { authorization: `Bearer ${key}` })
  const erase = async (query: string) => {
    const answer = await fetch(`${server.url}/api/v1/project/data?${query}`, { method: 'DELETE', headers: { authorization: `Bearer ${key}` } })
    return [answer.status, await answer.json()]
  }

  expect(await erase('to=2020-01-01')).toEqual([200, { events: 0, backups: [] }])
  expect(await erase('from=2026-02-30')).toEqual([400, expect.objectContaining({ detail: expect.stringContaining('from') })])
  expect(await erase('from=2026-02-02&to=2026-02-01')).toEqual([400, expect.objectContaining({ detail: 'The first day, 2026-02-02, comes after the last, 2026-02-01.' })])
  expect(await erase(`from=${today}`)).toEqual([200, { events: 1, backups: [] }])
  expect(await (await server.get('/api/v1/requests', key)).json()).toMatchObject({ requests: [] })
})

test('GET /api/health answers as that system does', async () => {
  const server = await startTestServer()

  expect(await (await server.get('/api/health')).json()).toEqual({ status: 'healthy' })
})
