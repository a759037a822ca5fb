import { expect, test, vi } from 'vitest'
import { createClient } from './create-client.ts'
import { WaysideApiError } from './api-error.ts'
import { fakeFetch } from '../test/fake-fetch.ts'

/** A client whose server answers these in turn, and what it was asked. */
function clientOf(...answers: (Response | Error)[]) {
  const { asked, fetch } = fakeFetch(...answers)
  return { asked, client: createClient({ url: 'http://wayside.test/base/', apiKey: 'way_read', fetch, retries: 1, maxAnswerBytes: 1_000 }) }
}

const problem = { type: 'about:blank', title: 'Bad Request', status: 400, detail: 'No metric is called so.', pointer: '/metrics/0' }

test('a query goes under the base path, with the key', async () => {
  const { asked, client } = clientOf(Response.json({ rows: [[1]] }))

  expect(await client.query({ metrics: ['requests'] })).toEqual({ rows: [[1]] })
  expect(asked).toMatchObject([{ url: 'http://wayside.test/base/api/v1/query', init: { method: 'POST', body: '{"metrics":["requests"]}', headers: { authorization: 'Bearer way_read' } } }])
})

test('a refusal tells what was wrong and where, and is not asked again', async () => {
  const { asked, client } = clientOf(Response.json(problem, { status: 400 }))

  const error = await client.query({ metrics: ['requests'] }).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(WaysideApiError)
  expect(error).toMatchObject({ status: 400, message: problem.detail, problem, pointer: '/metrics/0', retryAfterMs: null })
  expect(asked).toHaveLength(1)
})

test('an answer that is no problem document still tells its status', async () => {
  const { client } = clientOf(new Response('<h1>Bad Gateway</h1>', { status: 502 }))
  await expect(client.overview()).rejects.toMatchObject({ status: 502, pointer: null, message: 'The server answered 502.', problem: { type: 'about:blank', status: 502 } })
})

test('what makes something new is sent once: the answer that was lost may have been a good one', async () => {
  const { asked, client } = clientOf(new TypeError('fetch failed'), Response.json({}))

  await expect(client.createMonitor({ name: 'Shop', url: 'http://shop.test/' })).rejects.toThrow('fetch failed')
  expect(asked).toHaveLength(1)
})

test.each([
  ['429', () => new Response('', { status: 429, headers: { 'retry-after': '0' } })],
  ['503', () => new Response('', { status: 503 })],
  ['a network error', () => new TypeError('fetch failed')],
])('after %s the question is asked again', async (_what, first) => {
  const { asked, client } = clientOf(first(), Response.json({ rows: [] }))
  expect(await client.query({ metrics: ['requests'] })).toEqual({ rows: [] })
  expect(asked).toHaveLength(2)
})

test('when tries run out, the last refusal is thrown', async () => {
  const { asked, client } = clientOf(new Response('', { status: 503 }), new Response('', { status: 503 }))
  await expect(client.query({ metrics: ['requests'] })).rejects.toMatchObject({ status: 503 })
  expect(asked).toHaveLength(2)
})

test('an abort ends the pause before the next try', async () => {
  const { asked, client } = clientOf(new Response('', { status: 503, headers: { 'retry-after': '30' } }))
  const controller = new AbortController()
  const answer = client.query({ metrics: ['requests'] }, { signal: controller.signal })
  const ended = expect(answer).rejects.toThrow('enough')
  await vi.waitFor(() => expect(asked).toHaveLength(1))
  // What the answer brings about has begun when all that is ready has run: the pause.
  await new Promise((resolve) => setImmediate(resolve))
  controller.abort(new Error('enough'))
  await ended
  expect(asked).toHaveLength(1)
})

test('pages follow one another until there is none', async () => {
  const { asked, client } = clientOf(Response.json({ rows: [[1]], nextCursor: 'b' }), Response.json({ rows: [[2]], nextCursor: null }))
  const rows: unknown[] = []
  for await (const page of client.pages({ metrics: ['requests'], dimensions: ['endpoint'] })) rows.push(...page.rows)
  expect(rows).toEqual([[1], [2]])
  expect(asked[1]?.init?.body).toContain('"cursor":"b"')
})

test('an answer of another server is told apart, and not asked for again', async () => {
  const { asked, client } = clientOf(new Response('<h1>It works!</h1>'))
  await expect(client.overview()).rejects.toMatchObject({ name: 'WaysideAnswerError', code: 'not_json', message: expect.stringContaining('check that url') })
  expect(asked).toHaveLength(1)
})

test('an answer that is longer than may be is given up, and not asked for again', async () => {
  const { asked, client } = clientOf(new Response(new Blob([' '.repeat(1_001)])))
  await expect(client.overview()).rejects.toMatchObject({ name: 'WaysideAnswerError', code: 'too_large', message: expect.stringContaining('more than 1000 bytes') })
  expect(asked).toHaveLength(1)
})

test('a body that breaks off is asked for again', async () => {
  const broken = new ReadableStream({ start: (body) => body.enqueue(new TextEncoder().encode('{"rows":')), pull: (body) => body.error(new TypeError('terminated')) })
  const { client } = clientOf(new Response(broken), Response.json({ rows: [] }))
  expect(await client.query({ metrics: ['requests'] })).toEqual({ rows: [] })
})

test('curated questions are addresses with their parameters', async () => {
  const { asked, client } = clientOf(...Array.from({ length: 9 }, () => Response.json({ requests: [], nextCursor: null })))
  const range = { from: '2026-01-01', to: '2026-01-31' }
  await client.overview()
  await client.timeseries({ range, interval: 'day', by: 'statusClass' })
  await client.endpoints({ compare: 'previous', filter: ['is', 'method', ['GET']] })
  await client.endpoint('GET /users/:id')
  await client.errors({ by: 'fingerprint', limit: 5 })
  await client.error('f00d', { range: '7d' })
  await client.consumer('a&b')
  await client.values('tag:plan', { q: 'go' })
  await client.request({ time: 7, id: 3 })
  expect(asked.map(({ url }) => url.replace('http://wayside.test/base/api/v1/', ''))).toEqual([
    'overview?period=24h',
    'timeseries?from=2026-01-01&to=2026-01-31&interval=day&by=statusClass',
    'endpoints?compare=previous&filter=%5B%22is%22%2C%22method%22%2C%5B%22GET%22%5D%5D',
    'endpoint?endpoint=GET+%2Fusers%2F%3Aid',
    'errors?by=fingerprint&limit=5',
    'error?range=7d&fingerprint=f00d',
    'consumer?consumer=a%26b',
    'values?q=go&dimension=tag%3Aplan',
    'request?time=7&id=3',
  ])
})

test('requests come one by one, and no page is asked for that nobody reads', async () => {
  const { asked, client } = clientOf(Response.json({ requests: [{ id: 1 }, { id: 2 }], nextCursor: 'b' }), Response.json({ requests: [{ id: 3 }], nextCursor: 'c' }))
  const ids: number[] = []
  for await (const { id } of client.requests({ limit: 2, order: 'oldest' })) if (ids.push(id) === 3) break
  expect(ids).toEqual([1, 2, 3])
  expect(asked.map(({ url }) => url.split('?')[1])).toEqual(['limit=2&order=oldest', 'limit=2&order=oldest&cursor=b'])
})
