import { once } from 'node:events'
import { Agent, createServer, request } from 'node:http'
import { createServer as createTcpServer, connect, type AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { LOST_ACKNOWLEDGEMENT, PASS, createFaultProxy, everyNth, type Fault } from './fault-proxy.ts'

/** An upstream that answers each body with `got <body>`, behind a proxy. */
async function start(fault: Fault = PASS) {
  const bodies: string[] = []
  let connections = 0
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    bodies.push(body)
    response.end(`got ${body}`)
  })
  server.on('connection', () => connections++)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const proxy = await createFaultProxy(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  proxy.use(fault)
  onTestFinished(async () => {
    await proxy.close()
    server.closeAllConnections()
    server.close()
  })
  const post = async (body: string, signal?: AbortSignal) =>
    (await fetch(proxy.url, { method: 'POST', body, ...(signal && { signal }) })).text()
  return { proxy, bodies, post, connections: () => connections }
}

test('passes requests and answers, several on one connection', async () => {
  const { proxy, connections } = await start()
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  onTestFinished(() => agent.destroy())
  for (const body of ['a', 'b', 'x'.repeat(500_000)]) {
    const [answer] = await once(request(proxy.url, { method: 'POST', agent }).end(body), 'response')
    let text = ''
    for await (const chunk of answer) text += String(chunk)
    expect(text).toBe(`got ${body}`)
  }
  expect([proxy.requests, proxy.connections, connections()]).toEqual([3, 1, 1])
})

test('answers a client that has ended its side', async () => {
  const { proxy } = await start()
  const client = connect({ port: Number(new URL(proxy.url).port), host: '127.0.0.1', allowHalfOpen: true })
  client.end('POST / HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: 1\r\n\r\na')
  let text = ''
  for await (const chunk of client) text += String(chunk)
  expect(text).toContain('got a')
})

test('loses the acknowledgement of every second request, after the upstream has taken it', async () => {
  const { proxy, bodies, post } = await start()
  proxy.use(everyNth(2, LOST_ACKNOWLEDGEMENT))
  expect(await post('a')).toBe('got a')
  await expect(post('b')).rejects.toThrow('fetch failed')
  expect(await post('c')).toBe('got c')
  expect(bodies).toEqual(['a', 'b', 'c'])
})

test('resets before the upstream has seen anything', async () => {
  const { bodies, post } = await start({ kind: 'cutRequest', afterBytes: 0 })
  await expect(post('a')).rejects.toThrow('fetch failed')
  expect(bodies).toEqual([])
})

test('resets in the middle of a request, of which the upstream has got the beginning', async () => {
  const received: Buffer[] = []
  const upstream = createTcpServer((socket) => socket.on('error', () => undefined).on('data', (chunk) => received.push(chunk)))
  upstream.listen(0, '127.0.0.1')
  await once(upstream, 'listening')
  const proxy = await createFaultProxy(`http://127.0.0.1:${(upstream.address() as AddressInfo).port}`)
  onTestFinished(async () => {
    await proxy.close()
    upstream.close()
  })
  proxy.use({ kind: 'cutRequest', afterBytes: 30 })
  await expect(fetch(proxy.url, { method: 'POST', body: 'a'.repeat(1_000) })).rejects.toThrow('fetch failed')
  await expect.poll(() => Buffer.concat(received).length).toBe(30)
})

test('ends an answer early', async () => {
  const { post, bodies } = await start({ kind: 'cutAnswer', afterBytes: 600, by: 'end' })
  await expect(post('a'.repeat(2_000))).rejects.toThrow('terminated')
  expect(bodies).toHaveLength(1)
})

test('turns one bit of a request or of an answer, and of no other', async () => {
  const { proxy, bodies, post } = await start()
  const body = 'a'.repeat(100_000)
  proxy.use({ kind: 'flip', of: 'request', bit: 90_000 * 8 })
  await post(body)
  const { length } = body
  const differing = [...(bodies[0] ?? '')].filter((letter) => letter !== 'a')
  expect([bodies[0]?.length, differing]).toEqual([length, ['`']])
  proxy.use({ kind: 'flip', of: 'answer', bit: 90_000 * 8 + 1 })
  expect([...(await post(body)).slice(4)].filter((letter) => letter !== 'a')).toEqual(['c'])
})

test('a black hole takes the connection and nothing comes back', async () => {
  const { proxy, bodies, post } = await start({ kind: 'blackhole' })
  await expect(post('a', AbortSignal.timeout(100))).rejects.toThrow('aborted')
  expect([proxy.connections, proxy.requests, bodies]).toEqual([1, 1, []])
})

test('a half-open connection brings the request and not the answer', async () => {
  const { proxy, bodies, post } = await start({ kind: 'halfOpen' })
  const answer = new AbortController()
  const posted = post('a', answer.signal)
  await expect.poll(() => bodies).toEqual(['a'])
  answer.abort()
  await expect(posted).rejects.toThrow('aborted')
  proxy.use(PASS)
  expect(await post('b')).toBe('got b')
})

test('delays a request', async () => {
  const { post } = await start({ kind: 'delay', ms: 60 })
  const before = performance.now()
  expect(await post('a')).toBe('got a')
  expect(performance.now() - before).toBeGreaterThan(55)
})

test('lets bytes through at a rate', async () => {
  const { post } = await start({ kind: 'throttle', bytesPerSecond: 100_000 })
  const before = performance.now()
  expect(await post('a'.repeat(10_000))).toHaveLength(10_004)
  // 10,000 bytes in each direction.
  expect(performance.now() - before).toBeGreaterThan(180)
})

test('closes its port, resets what is open, and listens there again', async () => {
  const { proxy, post } = await start()
  const idle = connect(Number(new URL(proxy.url).port), '127.0.0.1')
  const [reset] = await Promise.all([once(idle, 'error'), once(idle, 'connect').then(() => expect.poll(() => proxy.connections).toBe(1)).then(proxy.closePort)])
  expect(reset[0]).toMatchObject({ code: 'ECONNRESET' })
  await expect(post('a')).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } })
  await proxy.openPort()
  expect(await post('b')).toBe('got b')
})

test('resets a client whose upstream is down', async () => {
  const closed = createTcpServer()
  closed.listen(0, '127.0.0.1')
  await once(closed, 'listening')
  const { port } = closed.address() as AddressInfo
  closed.close()
  const proxy = await createFaultProxy(`http://127.0.0.1:${port}`)
  onTestFinished(() => proxy.close())
  await expect(fetch(proxy.url)).rejects.toThrow('fetch failed')
})
