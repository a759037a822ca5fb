import { expect, onTestFinished, test } from 'vitest'
import { startApp, startRecorder } from '../app.ts'
import { startReceiver, type Receiver } from '../receiver.ts'
import { closedUrl } from './server.ts'

async function visit(url: string, count: number): Promise<void> {
  for (let at = 0; at < count; at++) await (await fetch(`${url}/items/${at}`)).text()
}

const paths = (...receivers: Receiver[]) => receivers.flatMap(({ events }) => events.map(({ path }) => path)).toSorted()
const ITEMS = Array.from({ length: 30 }, (_, at) => `/items/${at}`).toSorted()

test('each group gets every event; inside it one receiver gets each', async () => {
  const [a, b, c, d] = [await startReceiver(), await startReceiver(), await startReceiver(), await startReceiver()]
  const app = await startApp({ receivers: `{${a.url} | ${b.url}}, {${c.url}, ${d.url}}`, batchEvents: 3 }, (_, response) => response.end())
  await visit(app.url, 30)
  expect(await app.recorder.flush()).toMatchObject({ pending: 0, dropped: 0 })
  expect(paths(a)).toEqual(ITEMS)
  expect(b.attempts).toEqual([])
  expect(paths(c, d)).toEqual(ITEMS)
})

test('each receiver is asked with its own key', async () => {
  const [a, b, c] = [await startReceiver(), await startReceiver(), await startReceiver()]
  const receivers = [{ receivers: [a.url] }, { apiKey: 'of-group', receivers: [b.url] }, { apiKey: 'of-group', receivers: [{ url: c.url, apiKey: 'own' }] }]
  const app = await startApp({ apiKey: 'of-project', receivers }, (_, response) => response.end())
  await visit(app.url, 1)
  await app.recorder.flush()
  expect([a, b, c].map(({ attempts }) => attempts[0]?.headers.authorization)).toEqual(['Bearer of-project', 'Bearer of-group', 'Bearer own'])
})

test('row 19: a group whose receivers are all dead holds up no other, and keeps its events', async () => {
  const a = await startReceiver()
  const options = { receivers: `{${await closedUrl()} | ${await closedUrl()}}, {${a.url}}`, onError: () => undefined }
  const app = await startApp(options, (_, response) => response.end())
  await visit(app.url, 30)
  await app.recorder.flush({ timeoutMs: 500 })
  expect(paths(a)).toEqual(ITEMS)
  expect(app.recorder.stats().receivers?.map(({ delivered, pending }) => [delivered, pending])).toEqual([[0, 30], [30, 0]])
})

test('row 19: the second receiver takes over while the first is away, and each event is stored once', async () => {
  let away = false
  const a = await startReceiver(() => (away ? { status: 503 } : undefined))
  const b = await startReceiver()
  const app = await startApp({ receivers: `${a.url} | ${b.url}`, batchEvents: 5, onError: () => undefined }, (_, response) => response.end())
  await visit(app.url, 15)
  await app.recorder.flush()
  away = true
  for (let at = 15; at < 30; at++) await (await fetch(`${app.url}/items/${at}`)).text()
  expect(await app.recorder.flush()).toMatchObject({ pending: 0 })
  expect(paths(a, b)).toEqual(ITEMS)
  expect([a.events.length, b.events.length]).toEqual([15, 15])
})

test('row 20: a recorder that closes gives a batch in doubt to the next receiver, marked, before it would be lost', async () => {
  const a = await startReceiver(() => ({ status: 500 }))
  const b = await startReceiver()
  const app = await startApp({ receivers: `${a.url} | ${b.url}`, flushIntervalMs: 60_000, onError: () => undefined }, (_, response) => response.end())
  await visit(app.url, 5)
  await app.recorder.flush({ timeoutMs: 200 })
  expect([a.attempts.length > 0, b.attempts.length]).toEqual([true, 0])
  expect(await app.recorder.close()).toMatchObject({ delivered: 5, pending: 0, dropped: 0 })
  expect(b.attempts[0]?.headers['x-wayside-ambiguous']).toBe(a.url)
})

test('a receiver is told that others stand in for it, so that it takes what they have for no loss', async () => {
  const [a, b, c] = [await startReceiver(), await startReceiver(), await startReceiver()]
  const app = await startApp({ receivers: `{${a.url} | ${b.url}}, {${c.url}}` }, (_, response) => response.end())
  await visit(app.url, 1)
  await app.recorder.flush()
  expect([a.attempts[0]?.headers['x-wayside-receivers'], c.attempts[0]?.headers['x-wayside-receivers']]).toEqual(['2', undefined])
})

test('a batch of a group travels as the same bytes to each of its receivers', async () => {
  const a = await startReceiver(() => ({ status: 503 }))
  const b = await startReceiver()
  const app = await startApp({ receivers: `${a.url} | ${b.url}`, onError: () => undefined }, (_, response) => response.end())
  await visit(app.url, 5)
  await app.recorder.flush()
  expect(a.attempts.length).toBeGreaterThan(0)
  expect(b.attempts[0]?.body).toEqual(a.attempts[0]?.body)
  expect(b.attempts[0]?.headers['x-wayside-batch']).toBe(a.attempts[0]?.headers['x-wayside-batch'])
})

test('WAYSIDE_RECEIVERS says the same', async () => {
  const [a, b] = [await startReceiver(), await startReceiver()]
  process.env['WAYSIDE_RECEIVERS'] = `{${a.url}}, {${b.url}}`
  onTestFinished(() => void delete process.env['WAYSIDE_RECEIVERS'])
  const app = await startApp({}, (_, response) => response.end())
  await visit(app.url, 30)
  await app.recorder.flush()
  expect([paths(a), paths(b)]).toEqual([ITEMS, ITEMS])
})

test('what contradicts itself stops the start', () => {
  expect(() => startRecorder({ receivers: 'https://a, https://b | https://c' })).toThrow('WAYSIDE_INVALID_OPTION: receivers mixes , (load balance) and | (failover) in one group')
})
