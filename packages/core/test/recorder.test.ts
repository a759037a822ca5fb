import type { IncomingMessage } from 'node:http'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createRecorder, type Recorder } from '../src/index.ts'
import { captured, observed, startApp, startRecorder } from './app.ts'
import { listen, startReceiver } from './receiver.ts'

test('an event tells the exchange', async () => {
  const receiver = await startReceiver()
  const app = await startApp({ serverUrl: receiver.url }, (_, response) => response.writeHead(201).end('hello'), '/users/:id')
  const before = Date.now()
  await fetch(`${app.url}/users/7?token=secret`, { method: 'POST', body: 'abc', headers: { 'user-agent': 'test/1' } })
  await captured(app.recorder, 1)
  await app.recorder.flush()
  const [event] = receiver.events
  expect(event).toEqual({
    seq: 0,
    time: expect.closeTo(before, -4),
    method: 'POST',
    route: '/users/:id',
    path: '/users/7',
    host: new URL(app.url).host,
    status: 201,
    outcome: 'completed',
    durationUs: expect.any(Number),
    upstreamUs: null,
    upstreamCount: 0,
    requestBytes: 3,
    responseBytes: 5,
    ip: '127.0.0.1',
    userAgent: 'test/1',
    userId: null,
    apiKeyHash: null,
    oauthClientId: null,
    errorClass: null,
    errorFingerprint: null,
    errorMessage: null,
    tags: null,
  })
})

test('an error is recorded by class and fingerprint, its stack once, its message only if asked for', async () => {
  const receiver = await startReceiver()
  const fail = () => new RangeError('secret detail')
  const app = await startApp({ serverUrl: receiver.url }, (_, response, observation) => {
    observation?.fail(fail())
    observation?.fail(new TypeError('a later error does not count'))
    response.writeHead(500).end()
  })
  for (let at = 0; at < 3; at++) await fetch(app.url)
  await captured(app.recorder, 3)
  await app.recorder.flush()
  expect(receiver.events).toHaveLength(3)
  expect(new Set(receiver.events.map((event) => event.errorFingerprint)).size).toBe(1)
  expect(receiver.events[0]).toMatchObject({ errorClass: 'RangeError', errorMessage: null })
  const stacks = receiver.attempts.flatMap(({ batch }) => batch.stacks)
  expect(stacks).toHaveLength(1)
  expect(stacks[0]?.fingerprint).toBe(receiver.events[0]?.errorFingerprint)
  expect(stacks[0]?.frames[0]).toContain('recorder.test.ts')
  expect(JSON.stringify(receiver.attempts.map(({ json }) => json))).not.toContain('secret detail')
})

test('an exchange that two recorders with one key see counts once, with two keys twice', async () => {
  const receiver = await startReceiver()
  const make = (apiKey: string) => startRecorder({ serverUrl: receiver.url, apiKey })
  const recorders = [make('one'), make('one'), make('two')]
  const url = await listen(nested(recorders))
  await (await fetch(url)).text()
  await captured(recorders[2] ?? make('three'), 1)
  expect(recorders.map((recorder) => recorder.stats().captured)).toEqual([1, 0, 1])
  await Promise.all(recorders.map((recorder) => recorder.flush()))
  expect(receiver.events.map((event) => event.responseBytes)).toEqual([2, 2])
})

test('turned off it observes nothing', async () => {
  const recorder = createRecorder<IncomingMessage>({ framework: 'node', sdk: 'test/1', options: { enabled: false } })
  const url = await listen((request, response) => {
    const { write } = response
    expect(recorder.observe({ request, response, source: request, url: '/', route: () => null })).toBeNull()
    expect(response.write).toBe(write)
    response.end('ok')
  })
  expect(await (await fetch(url)).text()).toBe('ok')
  expect(await recorder.close()).toEqual({ delivered: 0, spooled: 0, pending: 0, dropped: 0 })
  expect(recorder.stats().captured).toBe(0)
})

test('a fault of ours is counted and told, and never reaches the host', async () => {
  const receiver = await startReceiver()
  const told: string[] = []
  const recorder = startRecorder({ serverUrl: receiver.url, onError: (error) => { told.push(error.message); throw error } })
  const url = await listen((request, response) => {
    recorder.observe({ request, response, source: request, url: '/', route: () => { throw new Error('no route') } })
    response.end('ok')
  })
  for (let at = 0; at < 3; at++) expect(await (await fetch(url)).text()).toBe('ok')
  await captured(recorder, 3)
  expect(recorder.stats()).toMatchObject({ captured: 3, pending: 0, dropped: { internal_error: 3 } })
  expect(told).toEqual(['Wayside could not record an exchange: Error: no route'])
})

test('in production without a URL the process warns once', () => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  vi.stubEnv('NODE_ENV', 'production')
  onTestFinished(() => {
    warn.mockRestore()
    vi.unstubAllEnvs()
  })
  startRecorder({})
  expect(warn).toHaveBeenCalledOnce()
  expect(warn.mock.calls[0]?.[0]).toContain('neither serverUrl nor WAYSIDE_URL is set')
})

test('1,000 concurrent exchanges do not mix', { timeout: 30_000 }, async () => {
  const receiver = await startReceiver()
  const app = await startApp({ serverUrl: receiver.url, getUserId: (request) => request.headers['x-user']?.toString() }, (request, response) => {
    setImmediate(() => response.end('x'.repeat(Number(request.headers['x-size']))))
  })
  await Promise.all(
    Array.from({ length: 1_000 }, async (_, at) => {
      const answer = await fetch(`${app.url}/items/${at}`, { headers: { 'x-user': `u${at}`, 'x-size': String(at) } })
      await answer.arrayBuffer()
    }),
  )
  await captured(app.recorder, 1_000)
  await app.recorder.flush({ timeoutMs: 10_000 })
  expect(receiver.events).toHaveLength(1_000)
  for (const event of receiver.events) expect(event).toMatchObject({ userId: `u${event.responseBytes}`, path: `/items/${event.responseBytes}` })
})

/** Each recorder observes, the outermost first; the innermost answers. */
function nested(recorders: readonly Recorder<IncomingMessage>[]): ReturnType<typeof observed> {
  const [outer, ...inner] = recorders
  if (outer === undefined) return (_, response) => void response.end('ok')
  const next = nested(inner)
  return observed(outer, (request, response) => next(request, response))
}
