import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { toAnswer } from '../../test/query-answer.ts'
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

const question = { queries: { totals: { metrics: ['requests'] } }, extras: {} } as const
const answers = { answers: { totals: toAnswer([], ['requests'], [[7]]) }, problems: {} }
const notice = { lost: 1, dropped: 2, unaccounted: 3, pendingSince: null, late: [] }

test('queries go in one batch under the base path, with the key in a header only', async () => {
  let seen: unknown
  const api = await serve(({ url, headers, method }, response) => {
    seen = { url, method, authorization: headers.authorization, referer: headers.referer }
    response.end(JSON.stringify(answers))
  })
  const result = await api.page('secret', question)
  expect(seen).toEqual({ url: '/base/api/v1/query/batch', method: 'POST', authorization: 'Bearer secret', referer: undefined })
  expect(result).toMatchObject({ ok: true, value: { ...answers, extras: {} } })
})

test('extras are asked beside the batch, and one that is refused spoils nothing', async () => {
  const api = await serve(({ url }, response) => {
    if (url === '/base/api/v1/query/batch') response.end(JSON.stringify(answers))
    else if (url === '/base/api/v1/delivery?range=7d') response.end(JSON.stringify(notice))
    else response.writeHead(404).end(JSON.stringify({ detail: 'No such request.' }))
  })
  const result = await api.page('k', { ...question, extras: { delivery: { range: '7d' }, request: { id: '1', time: '2' } } })
  expect(result).toMatchObject({ ok: true, value: { extras: { delivery: notice }, problems: { request: { status: 404, detail: 'No such request.' } } } })
})

test('the clock of the server comes with the answer', async () => {
  const api = await serve((_, response) => response.setHeader('date', 'Sun, 22 Nov 2026 12:00:05 GMT').end(JSON.stringify(answers)))
  expect(await api.page('k', question)).toMatchObject({ servedAt: Date.UTC(2026, 10, 22, 12, 0, 5) })
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
  expect(await api.page('k', question)).toEqual({
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
  expect(await api.page('k', question)).toMatchObject({ ok: false, failure: { kind: 'unreachable' } })
  expect(await api.generateKey()).toMatchObject({ ok: false, failure: { kind: 'unreachable' } })
})

test('an answer that lacks what views read is none', async () => {
  const { columns: _, ...damaged } = answers.answers.totals
  const api = await serve((_, response) => response.end(JSON.stringify({ answers: { totals: damaged }, problems: {} })))
  expect(await api.page('k', question)).toMatchObject({ ok: false, failure: { kind: 'unreachable' } })
})

test('a server that does not answer in time is unreachable', async () => {
  const api = await serve(() => {}, 50)
  expect(await api.page('k', question)).toMatchObject({
    failure: { kind: 'unreachable', detail: 'The server did not answer within 0.05 seconds.' },
  })
})

test('a server that is gone is unreachable', async () => {
  const api = createApiClient({ fetch, serverUrl: 'http://127.0.0.1:1/' })
  expect(await api.page('k', question)).toMatchObject({ failure: { kind: 'unreachable', detail: 'The server cannot be reached.' } })
})

test('a project says whether its key sends', async () => {
  const kinds = ['read', 'combined']
  const api = await serve((_, response) => response.end(JSON.stringify({ name: 'shop', keyKind: kinds.shift(), privacyFloor: 1 })))
  expect(await api.project('k')).toMatchObject({ value: { name: 'shop', sends: false, privacyFloor: 1 } })
  expect(await api.project('k')).toMatchObject({ value: { name: 'shop', sends: true } })
})

test('who is logged in asks for a project instead of with a key, and has none to put into code', async () => {
  const seen: unknown[] = []
  const api = await serve(({ headers }, response) => {
    seen.push([headers.authorization, headers['x-wayside-project']])
    response.end(JSON.stringify({ name: 'shop', keyKind: 'admin', privacyFloor: 1 }))
  })
  expect(await api.project('project:0b5a')).toMatchObject({ value: { name: 'shop', sends: false } })
  expect(seen).toEqual([[undefined, '0b5a']])
})

test('a key is made by POST and comes as a JSON string', async () => {
  const api = await serve((request, response) => response.end(JSON.stringify(`${request.method} made`)))
  expect(await api.generateKey()).toMatchObject({ ok: true, value: 'POST made' })
})

test('a file is the text that the server writes', async () => {
  const api = await serve((_, response) => response.setHeader('content-type', 'text/csv; charset=utf-8').end('requests\r\n7\r\n'))
  expect(await api.csv('k', { metrics: ['requests'] })).toMatchObject({ ok: true, value: 'requests\r\n7\r\n' })
})

test('requests that come in are told, those that were there before are not', async () => {
  const told = (count: number) => `data: ${JSON.stringify({ requests: Array.from({ length: count }, () => ({})) })}\n\n`
  const api = await serve((_, response) => response.setHeader('content-type', 'text/event-stream').end(told(50) + told(0) + ': busy\n\n' + told(2)))
  const counts: number[] = []
  await api.watch('k', new AbortController().signal, (count) => counts.push(count))
  expect(counts).toEqual([2])
})
