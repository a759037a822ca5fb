import type { MonitorReport } from '@wayside/protocol'
import { expect, test, vi } from 'vitest'
import { sampleBatch } from '../../testing/sample-batch.ts'
import { sampleEvent } from '../../testing/sample.ts'
import { startTestServer } from '../../testing/start-test-server.ts'
import { startTarget } from '../../testing/toggled-target.ts'

const PATIENCE = { timeout: 60_000, interval: 50 }

/** A server with a monitor of a real target on a public page, and a clock that the page's cache goes by. */
async function setUp(page: object = {}) {
  const clock = { skippedMs: 0 }
  const server = await startTestServer({ privateTargets: ['127.0.0.1'], monotonicMs: () => performance.now() + clock.skippedMs })
  const key = await server.key('admin')
  const target = await startTarget()
  const call = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${server.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }
  const made = await call('POST', '/api/v1/monitors', { name: 'internal-name', url: `${target.url}secret-path`, headers: { 'X-Header-Name': 'secret-value' }, failuresToOpen: 1, successesToClose: 1 })
  const id = String(made.body['id'])
  const stateOf = async () => ((await (await server.get(`/api/v1/monitor?id=${id}`, key)).json()) as MonitorReport).state
  const becomes = (state: string) => vi.waitFor(async () => expect(await stateOf()).toBe(state), PATIENCE)
  await becomes('up')
  const body = { slug: 'shop', title: 'Shop <status>', description: 'How & what', showsTraffic: false, monitors: [{ monitor: id, name: '<b>Checkout</b>' }], ...page }
  expect((await call('PUT', '/api/v1/status-pages', body)).status).toBe(200)
  /** Reads an address as anybody does, past the cache. */
  const read = async (path: string) => {
    clock.skippedMs += 60_000
    const response = await fetch(`${server.url}${path}`)
    return { status: response.status, headers: response.headers, text: await response.text() }
  }
  return { server, key, target, call, id, becomes, read }
}

test('a public page tells by chosen names how targets do, and nothing of how they are reached', async () => {
  const { target, call, id, becomes, read } = await setUp()

  const well = await read('/status/shop')
  expect([well.status, well.headers.get('content-type'), well.headers.get('cache-control')]).toEqual([200, 'text/html; charset=utf-8', 'public, max-age=20'])
  expect(well.text).toContain('All is up')
  expect(well.text).toContain('&#60;b&#62;Checkout&#60;/b&#62;')
  expect(well.text).toContain('Shop &#60;status&#62;')
  expect(well.text).toContain('How &#38; what')
  expect(well.text.match(/<rect /g)).toHaveLength(90)

  await target.turn('error')
  await call('POST', `/api/v1/monitor/check?id=${id}`)
  await becomes('down')
  const ill = await read('/status/shop')
  expect(ill.text).toContain('1 of 1 down')
  expect(ill.text).toContain('was down from')

  for (const text of [well.text, ill.text])
    for (const secret of ['secret-path', 'secret-value', 'X-Header-Name', '127.0.0.1', 'internal-name', 'status 500', '<script', 'style=']) expect(text).not.toContain(secret)
})

test('maintenance is told, of this page alone, and takes the headline back', async () => {
  const { target, call, id, becomes, read } = await setUp()
  const { body: other } = await call('POST', '/api/v1/monitors', { name: 'other', url: 'https://example.org/', paused: true })
  const now = Date.now()
  await call('POST', '/api/v1/maintenance', { monitor: id, from: now, to: now + 3_600_000, note: 'New <database>' })
  await call('POST', '/api/v1/maintenance', { monitor: other['id'], from: now, to: now + 3_600_000, note: 'not of this page' })
  await target.turn('refused')
  await call('POST', `/api/v1/monitor/check?id=${id}`)
  await becomes('down')

  const { text } = await read('/status/shop')

  expect(text).toContain('maintenance under way')
  expect(text).toContain('New &#60;database&#62;')
  expect(text).not.toContain('not of this page')
  expect(text).not.toContain('1 of 1 down')
  expect(text).toContain('No incidents.')
})

test('a page may tell what part of the real requests went well', async () => {
  const { server, key, read } = await setUp({ showsTraffic: true })
  const statuses = [...Array.from({ length: 39 }, () => 200), 503]
  await server.deliver(sampleBatch(statuses.map((status, seq) => sampleEvent({ seq: seq + 1, status, time: Date.now() - 1_000 }))), key)

  await vi.waitFor(async () => expect((await read('/status/shop')).text).toContain('97.50 % without a server error'), PATIENCE)
})

test('badges are pictures that other pages may show', async () => {
  const { id, target, call, becomes, read } = await setUp()

  const status = await read(`/status/shop/${id}/status.svg`)
  expect([status.status, status.headers.get('content-type'), status.headers.get('cross-origin-resource-policy')]).toEqual([200, 'image/svg+xml; charset=utf-8', 'cross-origin'])
  expect(status.text).toContain('aria-label="status: up"')
  expect((await read(`/status/shop/${id}/uptime.svg?days=7`)).text).toContain('aria-label="uptime 7d: 100.00%"')
  expect((await read(`/status/shop/${id}/latency.svg`)).text).toMatch(/aria-label="response time: \d+ ms"/)
  await target.turn('error')
  await call('POST', `/api/v1/monitor/check?id=${id}`)
  await becomes('down')
  expect((await read(`/status/shop/${id}/status.svg`)).text).toContain('aria-label="status: down"')
})

test('only monitors on a public page have badges, and a page that is taken away is gone', async () => {
  const { id, call, read } = await setUp()
  const { body: other } = await call('POST', '/api/v1/monitors', { name: 'other', url: 'https://example.org/', paused: true })

  expect((await read(`/status/shop/${String(other['id'])}/status.svg`)).status).toBe(404)
  expect((await read(`/status/elsewhere/${id}/status.svg`)).status).toBe(404)
  expect((await read(`/status/shop/${id}/colour.svg`)).status).toBe(400)
  expect((await read('/status/elsewhere')).text).toContain('There is no status page here')
  expect((await call('DELETE', '/api/v1/status-pages?slug=shop')).status).toBe(200)
  expect((await read('/status/shop')).status).toBe(404)
})

test('an address belongs to the project that took it first; what others name is left out', async () => {
  const { server, id, call } = await setUp()
  const key = await server.key('admin', 'other')
  const put = async (page: object) => {
    const response = await fetch(`${server.url}/api/v1/status-pages`, { method: 'PUT', headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' }, body: JSON.stringify(page) })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }
  const page = { slug: 'shop', title: 'Mine', description: '', showsTraffic: false, monitors: [{ monitor: id, name: 'theirs' }] }

  expect((await put(page)).status).toBe(409)
  expect(await put({ ...page, slug: 'mine' })).toMatchObject({ status: 200, body: { monitors: [] } })
  expect((await call('GET', '/api/v1/status-pages')).body).toMatchObject({ pages: [{ slug: 'shop', title: 'Shop <status>' }] })
  for (const slug of ['ab', 'Shop', '-shop', 'shop/../x', 'a'.repeat(65)]) expect([slug, (await put({ ...page, slug })).status]).toEqual([slug, 400])
})

test('many who ask at once make the server read once, and again after a while', async () => {
  const { server, call, id, read } = await setUp()
  const title = async () => /<h1>([^<]*)</.exec(await (await fetch(`${server.url}/status/shop`)).text())?.[1]
  await title()

  await call('PUT', '/api/v1/status-pages', { slug: 'shop', title: 'Renamed', description: '', showsTraffic: false, monitors: [{ monitor: id, name: 'x' }] })

  expect(await title()).toContain('Shop')
  expect((await read('/status/shop')).text).toContain('<h1>Renamed<')
})
