import { setTimeout as wait } from 'node:timers/promises'
import process from 'node:process'
import { expect, test, vi } from 'vitest'
import { countSeqs, type ApiEvent } from '@wayside/protocol'
import { LOST_ACKNOWLEDGEMENT, createFaultProxy, everyNth } from '../../testing/src/fault-proxy.ts'
import { startApp } from './app.ts'
import { startBusyApp } from './busy.ts'
import { startServer } from './endings.ts'
import { startReceiver } from './receiver.ts'

// Apps run in processes of their own, so that one that is stopped or short of memory is not this one.
vi.setConfig({ testTimeout: 180_000 })

/** Seconds of the outage; the full run has 60. */
const OUTAGE_SECONDS = Number(process.env['WAYSIDE_OUTAGE_SECONDS'] ?? 6)
const MIB = 1_048_576

test('row 1, promise: server down for less than 10 minutes: 0 lost, memory within 32 MiB, all arrives within 10 s of its return', { retry: 2 }, async () => {
  const server = await startServer('down')
  const app = startBusyApp({ serverUrl: server.url })
  const control = startBusyApp({ enabled: false })
  const order = { do: 'record', requests: OUTAGE_SECONDS * 1_000, perSecond: 1_000 } as const
  const [down, without] = await Promise.all([app.tell(order), control.tell(order)])
  expect(down).toMatchObject({ captured: order.requests, delivered: 0, dropped: {}, faults: [] })
  expect(down.rssGrowth - without.rssGrowth).toBeLessThan(32 * MIB)
  const receiver = await server.heal()
  const after = await app.tell({ do: 'drain', withinMs: 10_000 })
  expect(after).toMatchObject({ captured: order.requests, delivered: order.requests, pending: 0, dropped: {}, faults: [] })
  expect(seqsOf(receiver.events)).toEqual(upTo(order.requests))
  await app.tell({ do: 'close' })
  expect(receiver.attempts.at(-1)?.batch.head.books).toMatchObject({ captured: order.requests, dropped: {}, settledBefore: order.requests, closed: true })
})

test('row 5, promise: an acknowledgement is lost: every second one, after the server has stored the batch; each event is known again by its number', async () => {
  const receiver = await startReceiver()
  const proxy = await createFaultProxy(receiver.url)
  proxy.use(everyNth(2, LOST_ACKNOWLEDGEMENT))
  const app = await startApp({ serverUrl: proxy.url, batchEvents: 10, flushIntervalMs: 100, onError: () => undefined }, (_, response) => response.end())
  for (let at = 0; at < 100; at++) await (await fetch(`${app.url}/items/${at}`)).arrayBuffer()
  await app.recorder.close({ timeoutMs: 20_000 })
  await proxy.close()
  expect(app.recorder.stats()).toMatchObject({ captured: 100, delivered: 100, pending: 0, dropped: {} })
  expect(receiver.events.length).toBeGreaterThan(100)
  expect(seqsOf(receiver.events)).toEqual(upTo(100))
  // What came again was the same batch: the same bytes under the same id.
  const bodies = new Map<unknown, Buffer>()
  for (const { headers, body } of receiver.attempts) {
    const id = headers['x-wayside-batch']
    expect(bodies.get(id) ?? body).toEqual(body)
    bodies.set(id, body)
  }
})

test('row 27: an app that blocks its event loop for seconds takes no attempt for failed', async () => {
  const receiver = await startReceiver()
  const app = startBusyApp({ serverUrl: receiver.url, requestTimeoutMs: 500, flushIntervalMs: 100 })
  await app.tell({ do: 'record', requests: 200, perSecond: 2_000 })
  await app.tell({ do: 'block', ms: 6_500 })
  await app.tell({ do: 'record', requests: 200, perSecond: 2_000 })
  const report = await app.tell({ do: 'drain', withinMs: 5_000 })
  expect(report).toMatchObject({ captured: 400, delivered: 400, pending: 0, dropped: {}, problems: [], faults: [] })
  expect(seqsOf(receiver.events)).toEqual(upTo(400))
})

test('row 28: a process that is stopped and goes on leaves its stale connections and loses nothing', async () => {
  const receiver = await startReceiver()
  const app = startBusyApp({ serverUrl: receiver.url, requestTimeoutMs: 500, flushIntervalMs: 100 })
  await app.tell({ do: 'record', requests: 200, perSecond: 2_000 })
  const told = app.tell({ do: 'record', requests: 200, perSecond: 1_000 })
  app.signal('SIGSTOP')
  await wait(7_000)
  receiver.dropConnections()
  app.signal('SIGCONT')
  await told
  await app.tell({ do: 'record', requests: 100, perSecond: 2_000 })
  const report = await app.tell({ do: 'drain', withinMs: 5_000 })
  expect(report).toMatchObject({ captured: 500, delivered: 500, pending: 0, dropped: {}, faults: [] })
  expect(seqsOf(receiver.events)).toEqual(upTo(500))
})

test('row 29: near the end of its heap an app with a dead server keeps what fits, sheds the rest and counts all of it', async () => {
  const server = await startServer('down')
  const app = startBusyApp({ serverUrl: server.url }, ['--max-old-space-size=64'])
  const requests = 200_000
  const full = await app.tell({ do: 'record', requests, perSecond: 1e9 })
  expect(full).toMatchObject({ captured: requests, delivered: 0, faults: [] })
  expect(full.shed).toBeGreaterThan(0)
  expect(full.dropped).toEqual({ queue_overflow: full.shed })
  expect(full.pending).toBe(requests - full.shed)
  const receiver = await server.heal()
  await app.tell({ do: 'drain', withinMs: 60_000 })
  const { pending } = await app.tell({ do: 'close' })
  expect(pending).toBe(0)
  expect(receiver.events.length + countSeqs(receiver.shed.flatMap(({ seqs }) => seqs))).toBe(requests)
})

/** The seqs in order, each once. */
function seqsOf(events: readonly ApiEvent[]): number[] {
  return [...new Set(events.map(({ seq }) => seq))].sort((a, b) => a - b)
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, seq) => seq)
}
