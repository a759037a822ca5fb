import { expect, test } from 'vitest'
import { fakeFetch } from '../test/fake-fetch.ts'
import { toConnection } from './client-options.ts'
import { followLive } from './follow-live.ts'

const stream = (...ids: readonly number[]) => new Response(ids.map((id) => `id: ${id}\ndata: {"time":${id}}\n\n`).join(''))

function follow(answers: (Response | Error)[], { signal = null, retries = 1 }: { signal?: AbortSignal | null; retries?: number } = {}) {
  const { asked, fetch } = fakeFetch(...answers)
  const pauses: number[] = []
  const connection = { ...toConnection({ url: 'http://wayside.test', apiKey: 'way_read', fetch, retries }), random: () => 0.5, pause: async (ms: number) => void pauses.push(ms) }
  return { asked, pauses, states: followLive(connection, '/api/v1/live', signal) }
}

/** The times of the first so many states. */
async function take(states: AsyncGenerator<{ readonly time: number }>, count: number): Promise<readonly number[]> {
  const times: number[] = []
  for await (const { time } of states) if (times.push(time) === count) break
  return times
}

test('a stream that ends is opened again where it was', async () => {
  const { asked, states } = follow([stream(1, 2), stream(), stream(3)])
  expect(await take(states, 3)).toEqual([1, 2, 3])
  expect(asked.map(({ init }) => new Headers(init?.headers).get('last-event-id'))).toEqual([null, '2', '2'])
})

test('one that was open is tried for ever, with pauses that grow, and longer where the server asks for it', async () => {
  const busy = new Response('', { status: 503, headers: { 'retry-after': '9' } })
  const { pauses, states } = follow([stream(1), new TypeError('fetch failed'), new TypeError('fetch failed'), busy, stream(2)])
  expect(await take(states, 2)).toEqual([1, 2])
  expect(pauses).toEqual([125, 250, 500, 10_000])
})

test('one that never opened is given up as any question is', async () => {
  const { asked, states } = follow([new TypeError('fetch failed'), new TypeError('still failing')])
  await expect(take(states, 1)).rejects.toThrow('still failing')
  expect(asked).toHaveLength(2)
})

test('a refusal ends it, also later', async () => {
  const { states } = follow([stream(1), Response.json({ detail: 'No such key.' }, { status: 401 })])
  await expect(take(states, 2)).rejects.toMatchObject({ status: 401, message: 'No such key.' })
})

test('leaving the loop closes the stream, and an abort ends the loop with its reason', async () => {
  const left = follow([stream(1, 2)])
  await take(left.states, 1)
  expect(left.asked[0]?.init?.signal?.aborted).toBe(true)

  const controller = new AbortController()
  const { states } = follow([stream(1, 2), stream(3)], { signal: controller.signal })
  await states.next()
  controller.abort(new Error('enough'))
  await expect(take(states, 5)).rejects.toThrow('enough')
})

test('a stream that falls silent is opened again', async () => {
  const silent = new ReadableStream({ start: (body) => body.enqueue(new TextEncoder().encode('data: {"time":1}\n\n')) })
  const { asked, fetch } = fakeFetch(new Response(silent), stream(2))
  // A real `fetch` ends the body when its signal aborts.
  const connection = { ...toConnection({ url: 'http://wayside.test', apiKey: 'way_read', timeoutMs: 10, fetch: async (url, init) => endWith(await fetch(url, init), init?.signal) }), pause: async () => undefined }
  expect(await take(followLive(connection, '/api/v1/live', null), 2)).toEqual([1, 2])
  expect(asked).toHaveLength(2)
})

function endWith(response: Response, signal: AbortSignal | null | undefined): Response {
  const { readable, writable } = new TransformStream()
  void response.body?.pipeTo(writable, signal ? { signal } : {}).catch(() => undefined)
  return new Response(readable)
}
