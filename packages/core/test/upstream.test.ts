import { Agent, get, type IncomingMessage } from 'node:http'
import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel'
import { expect, onTestFinished, test } from 'vitest'
import { Pool } from 'undici'
import { captured, startApp, startRecorder } from './app.ts'
import { listen, startReceiver } from './receiver.ts'

const DELAY_MS = 60

test('an exchange without outgoing requests has none', async () => {
  expect(await exchangeThat(() => Promise.resolve())).toMatchObject({ upstreamCount: 0, upstreamUs: null })
})

test('fetch counts from its start to the end of its body', async () => {
  const event = await exchangeThat(async (upstream) => void (await (await fetch(upstream)).text()))
  expect(event.upstreamCount).toBe(1)
  expect(event.upstreamUs).toBeGreaterThanOrEqual(DELAY_MS * 900)
  expect(event.upstreamUs).toBeLessThanOrEqual(event.durationUs ?? 0)
})

test('undici from npm counts', async () => {
  const event = await exchangeThat(async (upstream) => {
    const pool = new Pool(upstream)
    await (await pool.request({ method: 'GET', path: '/' })).body.text()
    await pool.close()
  })
  expect(event.upstreamCount).toBe(1)
})

test('http with a reused keep-alive socket counts for each exchange its own', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  onTestFinished(() => agent.destroy())
  const call = (upstream: string) => consume(upstream, agent)
  expect((await exchangeThat(call)).upstreamCount).toBe(1)
  expect((await exchangeThat(call)).upstreamCount).toBe(1)
})

test('parallel requests count as a union of their times', async () => {
  const event = await exchangeThat(async (upstream) => {
    await Promise.all([consume(upstream), consume(upstream), fetch(upstream).then((answer) => answer.text())])
  })
  expect(event.upstreamCount).toBe(3)
  expect(event.upstreamUs).toBeGreaterThanOrEqual(DELAY_MS * 900)
  expect(event.upstreamUs).toBeLessThanOrEqual(event.durationUs ?? 0)
})

test('a request that fails counts', async () => {
  const event = await exchangeThat(async (upstream) => void (await fetch(`${upstream}/broken`).catch(() => undefined)))
  expect(event).toMatchObject({ upstreamCount: 1, outcome: 'completed' })
})

test('our own deliveries count for no exchange, even when a handler flushes, nor for another recorder', async () => {
  const receiver = await startReceiver()
  const other = startRecorder({ serverUrl: receiver.url, apiKey: 'other' })
  const app = await startApp({ serverUrl: receiver.url, batchEvents: 1 }, async (request, response) => {
    if (request.url === '/flush') await Promise.all([app.recorder.flush(), other.flush()])
    response.end()
  })
  await fetch(`${app.url}/first`)
  await fetch(`${app.url}/flush`)
  await captured(app.recorder, 2)
  await app.recorder.flush()
  expect(receiver.events.map((event) => event.upstreamCount)).toEqual([0, 0])
})

test('a request object that cannot be marked does no harm', async () => {
  const event = await exchangeThat(() => {
    channel('undici:request:create').publish({ request: Object.freeze({}) })
    return Promise.resolve()
  })
  expect(event.outcome).toBe('completed')
})

test('close ends the listening to channels', async () => {
  const receiver = await startReceiver()
  const app = await startApp({ serverUrl: receiver.url }, (_, response) => response.end())
  await app.recorder.close()
  let heard = 0
  const listener = () => void heard++
  subscribe('undici:request:create', listener)
  onTestFinished(() => void unsubscribe('undici:request:create', listener))
  await (await fetch(app.url)).text()
  expect(heard).toBe(1)
})

/** One exchange that does the work, as it was recorded. */
async function exchangeThat(work: (upstream: string) => Promise<unknown>) {
  const receiver = await startReceiver()
  const upstream = await listen((request, response) => {
    if (request.url === '/broken') request.socket.destroy()
    else setTimeout(() => response.end('answer'), DELAY_MS)
  })
  const app = await startApp({ serverUrl: receiver.url }, async (_, response) => {
    await work(upstream)
    response.end()
  })
  await fetch(app.url)
  await captured(app.recorder, 1)
  await app.recorder.close()
  const [event] = receiver.events
  if (event === undefined) throw new Error('the exchange was not recorded')
  return event
}

function consume(url: string, agent?: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    get(url, { ...(agent && { agent }) }, (response: IncomingMessage) => void response.resume().on('end', resolve)).on('error', reject)
  })
}
