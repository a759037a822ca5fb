import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { toOverviewFixture } from '../../test/overview-fixture.ts'
import { createApiClient, type ApiClient } from './api-client.ts'

const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

async function serve(listener: RequestListener, timeoutMs?: number): Promise<ApiClient> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo // It listens on a port, not on a pipe.
  return createApiClient({ fetch, serverUrl: `http://127.0.0.1:${port}/base/`, ...(timeoutMs && { timeoutMs }) })
}

const overview = toOverviewFixture('7d', Date.UTC(2026, 10, 22, 12))

test('an overview is asked for under the base path, with the key in a header only', async () => {
  let seen: unknown
  const api = await serve(({ url, headers }, response) => {
    seen = { url, authorization: headers.authorization, referer: headers.referer }
    response.end(JSON.stringify(overview))
  })
  const result = await api.overview('secret', '7d')
  expect(seen).toEqual({ url: '/base/api/v1/overview?period=7d', authorization: 'Bearer secret', referer: undefined })
  expect(result.ok && result.value).toEqual(overview)
})

test('the clock of the server comes with the answer', async () => {
  const api = await serve((_, response) => response.setHeader('date', 'Sun, 22 Nov 2026 12:00:05 GMT').end(JSON.stringify(overview)))
  expect(await api.overview('k', '7d')).toMatchObject({ servedAt: Date.UTC(2026, 10, 22, 12, 0, 5) })
})

test.each([
  [401, 'key'],
  [403, 'key'],
  [404, 'refused'],
  [429, 'refused'],
  [500, 'server'],
  [503, 'server'],
])('status %d is a failure of the kind %s with the words of the problem document', async (status, kind) => {
  const problem = { type: 'about:blank', title: 'No', status, detail: 'Do this instead.' }
  const api = await serve((_, response) => response.writeHead(status, { 'retry-after': '7' }).end(JSON.stringify(problem)))
  expect(await api.overview('k', '1h')).toEqual({
    ok: false,
    failure: { kind, status, detail: 'Do this instead.', retryAfterMs: 7_000 },
  })
})

test('an error page of a proxy is told by its status', async () => {
  const api = await serve((_, response) => response.writeHead(502).end('<h1>Bad Gateway</h1>'))
  expect(await api.project('k')).toMatchObject({ failure: { kind: 'server', detail: 'The server answered with status 502.' } })
})

test('a good status with something else in the body is no answer', async () => {
  const api = await serve((_, response) => response.end('<h1>Welcome to the hotel network</h1>'))
  expect(await api.overview('k', '1h')).toMatchObject({ ok: false, failure: { kind: 'unreachable' } })
  expect(await api.generateKey()).toMatchObject({ ok: false, failure: { kind: 'unreachable' } })
})

test('a server that does not answer in time is unreachable', async () => {
  const api = await serve(() => {}, 50)
  expect(await api.overview('k', '1h')).toMatchObject({
    failure: { kind: 'unreachable', detail: 'The server did not answer within 0.05 seconds.' },
  })
})

test('a server that is gone is unreachable', async () => {
  const api = createApiClient({ fetch, serverUrl: 'http://127.0.0.1:1/' })
  expect(await api.overview('k', '1h')).toMatchObject({ failure: { kind: 'unreachable', detail: 'The server cannot be reached.' } })
})

test('a project says whether its key sends', async () => {
  const kinds = ['read', 'combined']
  const api = await serve((_, response) => response.end(JSON.stringify({ name: 'shop', keyKind: kinds.shift() })))
  expect(await api.project('k')).toMatchObject({ value: { name: 'shop', sends: false } })
  expect(await api.project('k')).toMatchObject({ value: { name: 'shop', sends: true } })
})

test('a key is made by POST and comes as a JSON string', async () => {
  const api = await serve((request, response) => response.end(JSON.stringify(`${request.method} made`)))
  expect(await api.generateKey()).toMatchObject({ ok: true, value: 'POST made' })
})
