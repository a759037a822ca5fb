import { expect, test, vi } from 'vitest'
import { startTestServer } from '../../testing/start-test-server.ts'
import { startTarget } from '../../testing/toggled-target.ts'

const PATIENCE = { timeout: 60_000, interval: 50 }
const JSON_TYPE = { 'content-type': 'application/json' }

test('C12: a client of API Analytics adds an address, reads its pings, and removes it; a dead host has pings too', async () => {
  const server = await startTestServer({ privateTargets: ['127.0.0.1'] })
  const key = await server.key('combined')
  const [well, dead] = [await startTarget(), await startTarget()]
  await dead.turn('refused')
  const add = (url: string, over = {}) => server.post('/api/monitor/add', JSON.stringify({ user_id: key, url, secure: false, ping: true, ...over }), JSON_TYPE)
  const [wellUrl, deadUrl] = [`127.0.0.1:${well.port}`, `127.0.0.1:${dead.port}/health`]

  const added = await add(wellUrl)
  expect([added.status, await added.json()]).toEqual([201, { status: 201, message: 'New monitor created successfully.' }])
  expect((await add(deadUrl)).status).toBe(201)
  const again = await add(`http://${wellUrl}`)
  expect([again.status, await again.json()]).toMatchObject([409, { message: 'Monitor already exists.' }])

  const pings = async (path: string, headers = {}) => (await fetch(`${server.url}${path}`, { headers })).json()
  await vi.waitFor(async () => {
    const found = (await pings('/api/monitor/pings', { 'x-auth-token': key })) as Record<string, readonly unknown[]>
    expect([found[wellUrl]?.length, found[deadUrl]?.length]).toEqual([1, 1])
  }, PATIENCE)
  expect(await pings(`/api/monitor/pings/${key}`)).toEqual({
    [wellUrl]: [{ response_time: expect.any(Number), status: 200, created_at: expect.stringMatching(/^20\d\d-.*Z$/) }],
    [deadUrl]: [{ response_time: expect.any(Number), status: 0, created_at: expect.any(String) }],
  })

  // As their page sends it.
  const removed = await server.post('/api/monitor/delete', JSON.stringify({ user_id: key, url: wellUrl, status: 0 }), JSON_TYPE)
  expect([removed.status, await removed.json()]).toEqual([201, { status: 201, message: 'Monitor deleted successfully.' }])
  expect(Object.keys((await pings(`/api/monitor/pings/${key}`)) as object)).toEqual([deadUrl])
})

test('an address without scheme is one of HTTPS where it says so, and what is no address or key is refused', async () => {
  const server = await startTestServer()
  const key = await server.key('combined')
  const add = async (body: object) => (await server.post('/api/monitor/add', JSON.stringify(body), JSON_TYPE)).status

  expect(await add({ user_id: key, url: 'example.org', secure: true })).toBe(201)
  expect(await (await server.get('/api/v1/monitors', key)).json()).toMatchObject({ monitors: [{ url: 'https://example.org', method: 'GET', name: 'example.org' }] })
  expect([await add({ user_id: key, url: 'http://' }), await add({ user_id: key }), await add({ url: 'example.org' }), await add({ user_id: 'nobody', url: 'example.org' })]).toEqual([400, 400, 401, 401])
})
