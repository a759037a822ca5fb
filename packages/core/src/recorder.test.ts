import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { parseBatch, type ParsedBatch } from '@wayside/protocol'
import { gunzipSync } from 'node:zlib'
import { createRecorder, type Options, type Recorder } from './index.ts'

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close()
})

test('an exchange arrives at the server as an event', async () => {
  const receiver = await startReceiver()
  const app = await startApp({ serverUrl: receiver.url }, (request, response) => response.end('hello'))

  await fetch(`${app.url}/users/7?token=secret`)
  const result = await app.recorder.flush()

  expect(result).toEqual({ delivered: 1, pending: 0, dropped: 0 })
  expect(receiver.batches[0]?.events[0]).toMatchObject({
    seq: 0,
    method: 'GET',
    route: null,
    path: '/users/7',
    status: 200,
    outcome: 'completed',
    requestBytes: 0,
    responseBytes: 5,
    ip: '127.0.0.1',
  })
})

async function startReceiver(): Promise<{ url: string; batches: ParsedBatch[] }> {
  const batches: ParsedBatch[] = []
  const url = await listen((request, response) => {
    void readBody(request).then((body) => {
      const text = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body
      const parsed = parseBatch(JSON.parse(text.toString()))
      if (!parsed.ok) throw new Error(parsed.reason)
      batches.push(parsed.batch)
      response.end(JSON.stringify({ ack: 'durable', accepted: parsed.batch.events.length, duplicates: 0, rejected: [] }))
    })
  })
  return { url, batches }
}

async function startApp(
  options: Options<IncomingMessage>,
  handler: RequestListener,
): Promise<{ url: string; recorder: Recorder<IncomingMessage> }> {
  const recorder = createRecorder<IncomingMessage>({ framework: 'node', sdk: '@wayside/core/0', apiKey: 'key', options })
  open.push({ close: () => recorder.close() })
  const url = await listen((request, response) => {
    const observation = recorder.observe({ request, response, source: request, url: request.url ?? '/', route: () => null })
    if (observation === null) handler(request, response)
    else observation.run(() => handler(request, response))
  })
  return { url, recorder }
}

async function listen(listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  open.push({
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    },
  })
  // Boundary cast: a TCP server that listens has an address with a port.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
