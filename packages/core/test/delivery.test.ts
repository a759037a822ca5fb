import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { startApp } from './app.ts'
import { startReceiver, type Answer } from './receiver.ts'

test('a batch names its producer, first seq and size, and carries the key', async () => {
  const receiver = await startReceiver()
  const app = await startApp({ serverUrl: `${receiver.url}/prefix/` }, (_, response) => response.end())
  await visit(app.url, 3)
  await app.recorder.flush()
  const [attempt] = receiver.attempts
  expect(attempt?.path).toBe('/prefix/api/v1/events')
  expect(attempt?.headers).toMatchObject({
    authorization: 'Bearer ingest-key',
    'content-type': 'application/json',
    'x-wayside-batch': `${attempt?.batch.head.producerId}:0:3`,
  })
  expect(Math.abs(Number(attempt?.headers['x-wayside-sent-at']) - Date.now())).toBeLessThan(10_000)
})

test('a batch over 1 KiB is gzipped', async () => {
  const receiver = await startReceiver()
  const app = await startApp({ serverUrl: receiver.url }, (_, response) => response.end())
  await visit(app.url, 100)
  await app.recorder.flush()
  expect(receiver.attempts.map(({ headers }) => headers['content-encoding'])).toContain('gzip')
  expect(receiver.events).toHaveLength(100)
})

test.each<[string, Answer]>([
  ['an error', { status: 503 }],
  ['a captive portal', { status: 200, body: '<html>Log in</html>' }],
  ['another JSON service', { status: 200, body: '{"ok":true}' }],
])('row 7: %s is no acknowledgement: the same bytes come again under the same id', async (_, answer) => {
  const receiver = await startReceiver((_attempt, count) => (count === 1 ? answer : undefined))
  const app = await startApp({ serverUrl: receiver.url, flushIntervalMs: 100, onError: () => undefined }, (_request, response) => response.end())
  await visit(app.url, 2)
  while (app.recorder.stats().delivered < 2) await app.recorder.flush()
  const [one, two] = receiver.attempts
  expect(two?.headers['x-wayside-batch']).toBe(one?.headers['x-wayside-batch'])
  expect(two?.body).toEqual(one?.body)
  expect(receiver.events).toHaveLength(2)
})

test('row 12: a refused event is dropped alone, and the books of each batch balance', async () => {
  const receiver = await startReceiver(({ batch }) => (batch.events.some(({ path }) => path === '/items/1') ? { status: 422, body: '{"detail":"no"}' } : undefined))
  const problems: Error[] = []
  const app = await startApp({ serverUrl: receiver.url, onError: (problem) => void problems.push(problem) }, (_, response) => response.end())
  await visit(app.url, 4)
  expect(await app.recorder.flush()).toEqual({ delivered: 3, spooled: 0, pending: 0, dropped: 1 })
  await app.recorder.close()
  expect(receiver.events.map((event) => event.seq).sort()).toEqual([0, 2, 3])
  expect(receiver.attempts.at(-1)?.batch).toMatchObject({
    events: [],
    droppedSeqs: [{ from: 1, to: 1 }],
    head: { books: { captured: 4, dropped: { rejected: 1 }, closed: true } },
  })
  expect(app.recorder.stats()).toMatchObject({ captured: 4, delivered: 3, pending: 0, dropped: { rejected: 1 } })
  expect(problems).toMatchObject([{ kind: 'refused_batch', message: expect.stringContaining('status 422: no') }])
})

test('a redirect is not followed: the key goes to no other address', async () => {
  const other = await startReceiver()
  const receiver = await startReceiver(() => ({ status: 307, headers: { location: `${other.url}/api/v1/events` } }))
  const app = await startApp({ serverUrl: receiver.url, onError: () => undefined }, (_, response) => response.end())
  await visit(app.url, 1)
  expect(await app.recorder.flush({ timeoutMs: 100 })).toEqual({ delivered: 0, spooled: 0, pending: 1, dropped: 0 })
  expect(other.attempts).toEqual([])
})

test('a receiver that never answers is given up after requestTimeoutMs', async () => {
  let connections = 0
  const server = createServer((socket) => {
    connections++
    socket.on('error', () => undefined).resume()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const serverUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const problems: string[] = []
  const app = await startApp({ serverUrl, requestTimeoutMs: 100, onError: (error) => problems.push(error.message) }, (_, response) => response.end())
  await visit(app.url, 1)
  expect(await app.recorder.flush({ timeoutMs: 1_500 })).toMatchObject({ pending: 1 })
  expect(connections).toBeGreaterThan(1)
  expect(problems).toEqual([expect.stringContaining('no answer within 80 ms')])
  await app.recorder.close({ timeoutMs: 0 })
  expect(app.recorder.stats()).toMatchObject({ pending: 0, dropped: { shutdown_timeout: 1 } })
})

test('an answer without end is cut off and is no acknowledgement', async () => {
  const receiver = await startReceiver((_, count) => (count === 1 ? { status: 200, body: 'x'.repeat(1_000_000) } : undefined))
  const problems: string[] = []
  const app = await startApp({ serverUrl: receiver.url, onError: (error) => problems.push(error.message) }, (_, response) => response.end())
  await visit(app.url, 1)
  while (app.recorder.stats().delivered < 1) await app.recorder.flush()
  expect(problems).toEqual([expect.stringContaining('status 200, then the answer is longer than 262144 bytes')])
})

test('row 23: closing again gives the same answer, and nothing is recorded afterwards', async () => {
  const receiver = await startReceiver()
  const app = await startApp({ serverUrl: receiver.url }, (_, response) => response.end())
  await visit(app.url, 1)
  const closed = app.recorder.close()
  expect(app.recorder.close()).toBe(closed)
  expect(await closed).toEqual({ delivered: 1, spooled: 0, pending: 0, dropped: 0 })
  await visit(app.url, 1, false)
  expect(app.recorder.stats().captured).toBe(1)
})

test('row 23: an exchange that ends while close() delivers is delivered too', async () => {
  let answer = () => {}
  const receiver = await startReceiver(() => {
    answer()
    return undefined
  })
  const app = await startApp({ serverUrl: receiver.url, flushIntervalMs: 60_000 }, (request, response) => {
    if (request.url === '/slow') answer = () => void response.end()
    else response.end()
  })
  const slow = fetch(`${app.url}/slow`)
  await visit(app.url, 1)
  const closed = app.recorder.close()
  await slow
  expect(await closed).toEqual({ delivered: 2, spooled: 0, pending: 0, dropped: 0 })
  expect(receiver.events.map(({ path }) => path)).toEqual(['/items/0', '/slow'])
})

test('promise: server down, more than fits: what is given up still counts by endpoint, and all sums are exact', async () => {
  let down = true
  const receiver = await startReceiver(() => (down ? { status: 503 } : undefined))
  const app = await startApp(
    { serverUrl: receiver.url, maxQueueEvents: 40, maxQueueBytes: 65_536, onError: () => undefined },
    (request, response) => response.writeHead(request.url === '/items/7' ? 500 : 200).end(),
    '/items/:id',
  )
  for (let round = 0; round < 150; round++) await visit(app.url, 10)
  const { shed, dropped, pending } = app.recorder.stats()
  expect(shed).toBeGreaterThan(0)
  expect(dropped).toEqual({ queue_overflow: shed })
  expect(pending + shed).toBe(1_500)
  down = false
  while (app.recorder.stats().pending > 0) await app.recorder.flush()
  await app.recorder.close()
  const rows = receiver.shed.flatMap((window) => window.rows)
  const counts = (status: number) => receiver.events.filter((event) => event.status === status).length + sum(rows.filter((row) => row.status === status).map((row) => row.requests))
  expect([counts(200), counts(500)]).toEqual([1_350, 150])
  expect(receiver.events.length).toBe(1_500 - shed)
})

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

async function visit(url: string, times: number, wait = true): Promise<void> {
  for (let at = 0; at < times; at++) await (await fetch(`${url}/items/${at}`)).arrayBuffer()
  // The response has arrived before the server's side of it has closed.
  if (wait) for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
}
