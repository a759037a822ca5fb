import { once } from 'node:events'
import { request as httpRequest, type ServerResponse } from 'node:http'
import { connect as connectHttp2, createServer as createHttp2Server, constants } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { captured, observed, rawConnection, startApp, startRecorder } from './app.ts'
import { startReceiver } from './receiver.ts'

const BIG = Buffer.alloc(50 * 1024 * 1024, 'x')

test.each([
  ['HEAD', 200],
  ['GET', 204],
  ['GET', 304],
])('%s with status %i has no body bytes', async (method, status) => {
  const { events, get } = await observe((response) => {
    response.statusCode = status
    response.setHeader('content-length', status === 200 ? 5 : 0)
    response.end(status === 200 ? 'hello' : undefined)
  })
  await get((url) => fetch(url, { method }))
  expect(events).toMatchObject([{ status, outcome: 'completed', responseBytes: 0 }])
})

test('written strings count in bytes, by their encoding', async () => {
  const { events, get } = await observe((response) => {
    response.write('äö')
    response.write('00ff', 'hex')
    response.write(new Uint8Array(3))
    response.end('é', 'latin1')
  })
  await get(async (url) => (await fetch(url)).arrayBuffer())
  expect(events).toMatchObject([{ responseBytes: 4 + 2 + 3 + 1 }])
})

test('write tells back-pressure and end returns the response, as without us', async () => {
  const results: unknown[] = []
  const { get } = await observe((response) => {
    results.push(response.write(Buffer.alloc(8 * 1024 * 1024)))
    results.push(response.end() === response)
  })
  await get(async (url) => (await fetch(url)).arrayBuffer())
  expect(results).toEqual([false, true])
})

test('a request body without content-length is counted as it arrives', async () => {
  const { events, get } = await observe((response, drain) => drain(() => response.end('ok')))
  await get(async (url) => {
    const request = httpRequest(url, { method: 'POST' })
    request.write('a'.repeat(1_000))
    request.end('b'.repeat(234))
    const [response] = await once(request, 'response')
    response.resume()
    await once(response, 'end')
  })
  expect(events).toMatchObject([{ requestBytes: 1_234 }])
})

test('a client that leaves before the headers is an abort with status 499', async () => {
  const { events, get } = await observe(() => undefined)
  await get(async (url) => {
    const socket = rawConnection(url)
    socket.write('GET /slow HTTP/1.1\r\nhost: app\r\n\r\n')
    await arrived()
    socket.destroy()
  })
  expect(events).toMatchObject([{ status: 499, outcome: 'aborted_before_headers' }])
})

test('a client that leaves within the body is an abort', async () => {
  const { events, get } = await observe((response) => response.write('part'))
  await get(async (url) => {
    const socket = rawConnection(url)
    socket.write('GET /stream HTTP/1.1\r\nhost: app\r\n\r\n')
    await once(socket, 'data')
    socket.resetAndDestroy()
  })
  expect(events).toMatchObject([{ status: 499, outcome: 'aborted_mid_body', responseBytes: 4 }])
})

test.each(['resets', 'closes'])('a client that %s the connection under a 50 MB end is an abort', async (how) => {
  const { events, get } = await observe((response) => response.end(BIG))
  await get(async (url) => {
    const socket = rawConnection(url)
    socket.write('GET /big HTTP/1.1\r\nhost: app\r\n\r\n')
    await once(socket, 'readable')
    if (how === 'resets') socket.resetAndDestroy()
    else socket.destroy()
  })
  expect(events).toMatchObject([{ status: 499, outcome: 'aborted_mid_body' }])
})

test('a whole 50 MB end is completed', async () => {
  const { events, get } = await observe((response) => response.end(BIG))
  await get(async (url) => (await fetch(url)).arrayBuffer())
  expect(events).toMatchObject([{ status: 200, outcome: 'completed', responseBytes: BIG.length }])
})

test('a response that the server destroys is an abort', async () => {
  const { events, get } = await observe((response) => {
    response.write('part')
    response.destroy()
  })
  await get(async (url) => void (await fetch(url).then((answer) => answer.text()).catch(() => undefined)))
  expect(events).toMatchObject([{ status: 499, outcome: 'aborted_mid_body' }])
})

test('every pipelined request on one connection becomes an event', async () => {
  const { events, get } = await observe((response) => response.end('ok'))
  await get(async (url, recorder) => {
    const socket = rawConnection(url)
    socket.resume()
    socket.write('GET /1 HTTP/1.1\r\nhost: app\r\n\r\n'.repeat(20))
    await captured(recorder, 20)
  })
  expect(events).toHaveLength(20)
  expect(events.every((event) => event.outcome === 'completed')).toBe(true)
})

test('a pipelined answer that waits when the connection breaks is an abort', async () => {
  let open = 0
  const { events, get } = await observe((response) => {
    if (++open === 2) response.end('waits for the first')
  })
  await get(async (url, recorder) => {
    const socket = rawConnection(url)
    socket.write('GET /1 HTTP/1.1\r\nhost: app\r\n\r\nGET /2 HTTP/1.1\r\nhost: app\r\n\r\n')
    while (open < 2) await arrived()
    socket.destroy()
    await captured(recorder, 2)
  })
  expect(events).toMatchObject([{ outcome: 'aborted_before_headers' }, { outcome: 'aborted_before_headers' }])
})

test('an upgrade whose socket was taken over is no exchange, a refused one is', async () => {
  const { events, get } = await observe((response, _, request) => {
    if (request.url === '/refused') response.writeHead(426).end()
    else request.socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n')
  })
  await get(async (url) => {
    for (const path of ['/accepted', '/refused']) {
      const socket = rawConnection(url)
      socket.resume()
      socket.write(`GET ${path} HTTP/1.1\r\nhost: app\r\nconnection: upgrade, close\r\nupgrade: websocket\r\n\r\n`)
      await once(socket, 'close')
    }
  })
  expect(events).toMatchObject([{ path: '/refused', status: 426, outcome: 'completed' }])
})

test.each([
  ['that ends', 'completed', 200],
  ['that its client cancels before the headers', 'aborted_before_headers', 499],
  ['that its client cancels within the body', 'aborted_mid_body', 499],
  ['whose large end its client cancels', 'aborted_mid_body', 499],
])('an http2 stream %s is %s', async (kind, outcome, status) => {
  const receiver = await startReceiver()
  const recorder = startRecorder({ serverUrl: receiver.url })
  const server = createHttp2Server()
  // Boundary cast: http2's compatibility objects are used as Node documents them, in place of http's.
  const listener = observed(recorder, (_, response) => {
    if (kind.includes('ends')) response.end('hello')
    else if (kind.includes('within')) response.write('part')
    else if (kind.includes('large')) response.end(BIG)
  }) as (...args: unknown[]) => void
  server.on('request', listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const session = connectHttp2(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  session.on('error', () => undefined)
  onTestFinished(() => {
    session.destroy()
    server.close()
  })
  const stream = session.request({ ':path': '/x?token=1' })
  stream.on('error', () => undefined)
  if (kind.includes('before')) await once(server, 'request')
  else await once(stream, 'response')
  if (kind.includes('ends')) stream.resume()
  else stream.close(constants.NGHTTP2_CANCEL)
  await captured(recorder, 1)
  await recorder.flush()
  expect(receiver.events).toMatchObject([{ outcome, status, path: '/x', host: expect.stringContaining('127.0.0.1') }])
  if (status === 200) expect(receiver.events[0]?.responseBytes).toBe(5)
})

/** An app that answers by hand, and how to ask it and then read its events. */
async function observe(answer: (response: ServerResponse, drain: (then: () => void) => void, request: Parameters<Parameters<typeof observed>[1]>[0]) => void) {
  const receiver = await startReceiver()
  const app = await startApp({ serverUrl: receiver.url }, (request, response) => {
    answer(response, (then) => void request.resume().on('end', then), request)
  })
  return {
    events: receiver.events,
    get: async (ask: (url: string, recorder: typeof app.recorder) => Promise<unknown>) => {
      await ask(app.url, app.recorder)
      await captured(app.recorder, 1)
      await app.recorder.flush()
    },
  }
}

/** Some turns of the event loop, in which what was written to the loopback arrives. */
async function arrived(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
}
