import { expect, onTestFinished, test } from 'vitest'
import { sampleBatch } from '../../testing/sample-batch.ts'
import { sampleEvent } from '../../testing/sample.ts'
import { startTestServer, type TestServer } from '../../testing/start-test-server.ts'

interface Told {
  readonly id: string | null
  readonly lastMinute: { readonly requests: number; readonly serverErrors: number }
  readonly requests: readonly { readonly path: string }[]
}

/** Watches until the test ends; each call waits for the next event that fits. */
async function watch(server: TestServer, key: string, headers: Record<string, string> = {}, search = '') {
  const leaving = new AbortController()
  onTestFinished(() => leaving.abort())
  const answer = await fetch(`${server.url}/api/v1/live${search}`, { headers: { authorization: `Bearer ${key}`, ...headers }, signal: leaving.signal })
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  return {
    answer,
    async next(fits: (told: Told) => boolean): Promise<Told> {
      for (;;) {
        const end = text.indexOf('\n\n')
        if (end === -1) {
          const { value, done } = (await reader?.read()) ?? { done: true, value: undefined }
          if (done || value === undefined) throw new Error('the stream ended')
          text += value
          continue
        }
        const event = text.slice(0, end)
        text = text.slice(end + 2)
        const data = /^data: (.*)$/m.exec(event)?.[1]
        if (data === undefined) continue
        const told: Told = { id: /^id: (.+)$/m.exec(event)?.[1] ?? null, ...(JSON.parse(data) as Omit<Told, 'id'>) }
        if (fits(told)) return told
      }
    },
  }
}

test('what comes in is told, and again to nobody but who has not had it', async () => {
  const server = await startTestServer()
  const key = await server.key('combined')
  const { answer, next } = await watch(server, key)
  expect(answer.headers.get('content-type')).toContain('text/event-stream')
  expect((await next(() => true)).lastMinute.requests).toBe(0)

  const events = [sampleEvent({ seq: 0, time: Date.now() - 2, path: '/a' }), sampleEvent({ seq: 1, time: Date.now() - 1, path: '/b', status: 500 })]
  await server.deliver(sampleBatch(events), key)
  const told = await next(({ requests }) => requests.length > 0)
  expect(told).toMatchObject({ lastMinute: { requests: 2, serverErrors: 1 }, requests: [{ path: '/a' }, { path: '/b' }] })
  expect((await next(() => true)).requests).toEqual([])

  const [receivedAt, id] = (told.id ?? '').split('-')
  const back = await watch(server, key, { 'last-event-id': `${receivedAt}-${Number(id) - 1}` })
  expect((await back.next(() => true)).requests).toMatchObject([{ path: '/b' }])
})

test('what arrives is told however late it is, and with a filter no other', async () => {
  const server = await startTestServer()
  const key = await server.key('combined')
  const send = (...events: Parameters<typeof sampleEvent>[0][]) => server.deliver(sampleBatch(events.map((over) => sampleEvent(over))), key)
  await send({ seq: 0, time: Date.now(), path: '/now' })
  const all = await watch(server, key)
  const failed = await watch(server, key, {}, `?filter=${encodeURIComponent('["gte","status",500]')}`)
  await all.next(({ requests }) => requests.length > 0)
  expect(await failed.next(() => true)).toMatchObject({ lastMinute: { requests: 0 }, requests: [] })

  await send({ seq: 1, time: Date.now() - 2 * 3_600_000, path: '/late' }, { seq: 2, time: Date.now(), path: '/failed', status: 503 })
  expect((await all.next(({ requests }) => requests.length > 0)).requests).toMatchObject([{ path: '/late' }, { path: '/failed' }])
  expect(await failed.next(({ requests }) => requests.length > 0)).toMatchObject({ lastMinute: { requests: 1 }, requests: [{ path: '/failed' }] })
})

test('streams are bounded, and a malformed Last-Event-ID is refused', async () => {
  const server = await startTestServer()
  const key = await server.key('read')
  const malformed = await fetch(`${server.url}/api/v1/live`, { headers: { authorization: `Bearer ${key}`, 'last-event-id': "1' OR 1=1" } })
  expect(malformed.status).toBe(400)
  for (const filter of ['["is","nothing",["x"]]', '["matches","path",["(("]]']) expect((await server.get(`/api/v1/live?filter=${encodeURIComponent(filter)}`, key)).status).toBe(400)

  const streams = await Promise.all(Array.from({ length: 64 }, () => watch(server, key)))
  expect(streams.map(({ answer }) => answer.status)).toEqual(streams.map(() => 200))
  const refused = await server.get('/api/v1/live', key)
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '60'])
})

test('a server that stops ends its streams', async () => {
  const server = await startTestServer()
  const { next } = await watch(server, await server.key('read'))
  await next(() => true)
  const ended = expect(next(() => false)).rejects.toThrow(/ended|terminated/)
  await server.stop()
  await ended
})
