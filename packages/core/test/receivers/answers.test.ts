import type { Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { createFaultProxy, type Fault } from '../../../testing/src/fault-proxy.ts'
import { ACKED, openGroup } from './group.ts'
import { RECEIPT, startServer, startTcpServer } from './server.ts'

test.each<[string, Fault]>([
  ['before the request', { kind: 'cutRequest', afterBytes: 1 }],
  ['in the middle of the request', { kind: 'cutRequest', afterBytes: 100 }],
  ['after the request', { kind: 'cutAnswer', afterBytes: 0, by: 'reset' }],
  ['in the head of the answer', { kind: 'cutAnswer', afterBytes: 20, by: 'reset' }],
])('row 4: a reset %s: the same bytes again, on a fresh connection', async (_, fault) => {
  const server = await startServer()
  const proxy = await createFaultProxy(server.url)
  onTestFinished(() => proxy.close())
  proxy.use((ordinal) => (ordinal === 1 ? fault : { kind: 'pass' }))
  const group = openGroup({ serverUrl: proxy.url })
  expect(await group.send(1)).toMatchObject({ kind: 'retry', afterMs: 0 })
  expect(await group.send(1)).toEqual(ACKED)
  expect(proxy.connections).toBe(2)
  expect(new Set(server.requests.map(({ body }) => body)).size).toBe(1)
})

test.each(['reset', 'end'] as const)('row 6: 200 with a body that is cut off by %s is no acknowledgement', async (by) => {
  const server = await startServer()
  const proxy = await createFaultProxy(server.url)
  onTestFinished(() => proxy.close())
  const head = `HTTP/1.1 200 OK\r\n`.length
  proxy.use((ordinal) => (ordinal === 1 ? { kind: 'cutAnswer', afterBytes: head + 150, by } : { kind: 'pass' }))
  const standby = await startServer()
  const group = openGroup({ receivers: `${proxy.url} | ${standby.url}` })
  expect((await group.send(1)).kind).toBe('retry')
  // The receiver may have it: no other gets it meanwhile.
  expect(standby.requests).toEqual([])
  expect(await group.send(1)).toEqual(ACKED)
  expect(server.stored).toEqual(['producer:1:1', 'producer:1:1'])
})

test.each([
  ['a captive portal', '<!doctype html><title>Log in</title>'],
  ['another JSON service', '{"ok":true}'],
  ['rubbish', '\u0000\uFFFF{"ack":'],
  ['nothing', ''],
])('row 7: 200 from %s is no acknowledgement', async (_, body) => {
  const server = await startServer((response) => response.end(body))
  expect(await openGroup({ serverUrl: server.url }).send(1)).toEqual({
    kind: 'retry',
    afterMs: 0,
    reason: 'status 200 without a receipt: something else answers at this address',
  })
})

test.each([301, 302, 303, 307, 308])('row 13: a redirect with %i is not followed, and the key goes nowhere else', async (status) => {
  const other = await startServer()
  const server = await startServer((response) => response.writeHead(status, { location: `${other.url}/api/v1/events` }).end())
  expect(await openGroup({ serverUrl: server.url }).send(1)).toMatchObject({ kind: 'refused_access', reason: `status ${status}` })
  expect(other.requests).toEqual([])
})

/** Answers by hand, and tells when the client has gone. */
async function startHandWritten(answer: (socket: Socket) => void) {
  let gone = () => {}
  const closed = new Promise<void>((resolve) => (gone = resolve))
  const { url } = await startTcpServer((socket) => {
    socket.once('data', () => answer(socket))
    socket.on('close', gone)
  })
  return { url, closed }
}

/** Writes for as long as it is read. */
function pour(socket: Socket, chunk: string | Buffer, counter: { bytes: number }): void {
  const more = () => {
    while (!socket.destroyed && socket.write(chunk, () => (counter.bytes += chunk.length)));
  }
  socket.on('drain', more)
  more()
}

test('row 14: one byte a second ends with the time of the attempt', async () => {
  let ticks: NodeJS.Timeout | undefined
  const server = await startHandWritten((socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n')
    ticks = setInterval(() => socket.write('x'), 100)
  })
  onTestFinished(() => clearInterval(ticks))
  const startMs = performance.now()
  expect((await openGroup({ serverUrl: server.url, requestTimeoutMs: 500 }).send(1)).kind).toBe('retry')
  expect(performance.now() - startMs).toBeLessThan(1_500)
  await server.closed
})

test('row 14: a head that trickles ends with the time for the head', async () => {
  let ticks: NodeJS.Timeout | undefined
  const server = await startHandWritten((socket) => {
    socket.write('HTTP/1.1 200 OK\r\n')
    ticks = setInterval(() => socket.write('x: y\r\n'), 50)
  })
  onTestFinished(() => clearInterval(ticks))
  expect(await openGroup({ serverUrl: server.url, requestTimeoutMs: 500 }).send(1)).toEqual({ kind: 'retry', afterMs: 0, reason: 'no answer within 400 ms' })
  await server.closed
})

test('row 14: an endless body is cut at 256 KiB and its connection closed', async () => {
  const counter = { bytes: 0 }
  const server = await startHandWritten((socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\n')
    pour(socket, Buffer.alloc(65_536, 'x'), counter)
  })
  const before = process.memoryUsage().rss
  expect(await openGroup({ serverUrl: server.url }).send(1)).toEqual({ kind: 'retry', afterMs: 0, reason: 'status 200, then the answer is longer than 262144 bytes' })
  await server.closed
  // What the kernel holds of both sockets comes on top.
  expect(counter.bytes).toBeLessThan(16_777_216)
  expect(process.memoryUsage().rss - before).toBeLessThan(67_108_864)
})

test('row 14: endless headers are cut', async () => {
  const counter = { bytes: 0 }
  const server = await startHandWritten((socket) => {
    socket.write('HTTP/1.1 200 OK\r\n')
    pour(socket, `x-filler: ${'y'.repeat(1_000)}\r\n`, counter)
  })
  expect((await openGroup({ serverUrl: server.url }).send(1)).kind).toBe('retry')
  await server.closed
  expect(counter.bytes).toBeLessThan(16_777_216)
})

test('row 14: words on the way without end are no answer', async () => {
  let ticks: NodeJS.Timeout | undefined
  const server = await startHandWritten((socket) => {
    ticks = setInterval(() => socket.write('HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n'), 20)
  })
  onTestFinished(() => clearInterval(ticks))
  expect(await openGroup({ serverUrl: server.url, requestTimeoutMs: 500 }).send(1)).toMatchObject({ kind: 'retry', reason: 'no answer within 400 ms' })
  await server.closed
})

test('row 14: a refusal counts by its status, however its body ends', async () => {
  const server = await startHandWritten((socket) => socket.write('HTTP/1.1 503 Busy\r\nretry-after: 5\r\ncontent-length: 100000\r\n\r\nx'))
  const b = await startServer()
  const group = openGroup({ receivers: `${server.url} | ${b.url}`, requestTimeoutMs: 300 })
  expect(await group.send(1)).toEqual(ACKED)
  expect(group.troubles).toEqual([expect.stringContaining('status 503')])
})

test('row 15: a gzip bomb is not unpacked: its bytes are no receipt', async () => {
  const bomb = gzipSync(Buffer.alloc(200_000_000))
  const server = await startServer((response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb))
  const before = process.memoryUsage().rss
  expect(await openGroup({ serverUrl: server.url }).send(1)).toMatchObject({ kind: 'retry', reason: expect.stringContaining('without a receipt') })
  expect(process.memoryUsage().rss - before).toBeLessThan(67_108_864)
  expect(server.requests[0]?.headers['accept-encoding']).toBeUndefined()
})

test('a receipt of 2,000 rejected events is read to its end', async () => {
  const rejected = Array.from({ length: 2_000 }, (_, at) => ({ seq: 9_007_199_254_730_000 + at, field: 'responseBytes', reason: 'must be a whole number from 0 to 9007199254740991 or null' }))
  const server = await startServer((response) => response.end(JSON.stringify({ ...JSON.parse(RECEIPT), accepted: 0, rejected })))
  const result = await openGroup({ serverUrl: server.url }).send(1)
  expect(result.kind === 'acked' && result.rejected.length).toBe(2_000)
})

test('connections are used again while answers are receipts', async () => {
  const server = await startServer()
  const group = openGroup({ serverUrl: `${server.url}/prefix/` })
  for (let seq = 0; seq < 5; seq++) expect(await group.send(seq)).toEqual(ACKED)
  expect(server.connections).toBe(1)
  expect(server.requests[0]?.path).toBe('/prefix/api/v1/events')
  await Promise.all([group.send(6), group.send(7)])
  expect(server.connections).toBe(2)
})

test('after any other answer the next attempt has a connection of its own', async () => {
  const server = await startServer(503)
  const group = openGroup({ serverUrl: server.url })
  for (let seq = 0; seq < 3; seq++) await group.send(seq)
  expect(server.connections).toBe(3)
})
