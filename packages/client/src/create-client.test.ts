import { expect, test, vi } from 'vitest'
import { createClient } from './create-client.ts'
import { WaysideApiError } from './api-error.ts'

/** A client whose server answers these in turn, and what it was asked. */
function clientOf(...answers: (Response | Error)[]) {
  const asked: { readonly url: string; readonly init: RequestInit | undefined }[] = []
  const fetch = async (url: string | URL | Request, init?: RequestInit) => {
    asked.push({ url: String(url), init })
    const answer = answers.shift() ?? new Error('asked too often')
    if (answer instanceof Error) throw answer
    return answer
  }
  return { asked, client: createClient({ url: 'http://wayside.test/base/', apiKey: 'way_read', fetch, retries: 1 }) }
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
  expect(error).toMatchObject({ status: 400, type: 'about:blank', message: problem.detail, detail: problem.detail, pointer: '/metrics/0' })
  expect(asked).toHaveLength(1)
})

test('an answer that is no problem document still tells its status', async () => {
  const { client } = clientOf(new Response('<h1>Bad Gateway</h1>', { status: 502 }))
  await expect(client.overview()).rejects.toMatchObject({ status: 502, pointer: null, detail: 'The server answered 502.' })
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
