import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { openRawConnection, type RawConnection } from '../src/testing/raw-connection.ts'
import { sampleBatch } from '../src/testing/sample-batch.ts'
import { sampleEvent } from '../src/testing/sample.ts'
import { startTestServer, type TestServer } from '../src/testing/start-test-server.ts'

const BODY = JSON.stringify(sampleBatch([sampleEvent()]))

function head(key: string, ...lines: readonly string[]): string {
  return [`POST /api/v1/events HTTP/1.1`, 'Host: x', `Authorization: Bearer ${key}`, ...lines, '', ''].join('\r\n')
}

function problems(text: string): readonly unknown[] {
  return [...text.matchAll(/\{"type".*?\}/g)].map(([json]) => JSON.parse(json))
}

test('row 49: headers, bodies and connections that only trickle end with 408, each within its time', async () => {
  const server = await startTestServer()
  const key = await server.key('ingest')
  const headers = await openRawConnection(server.url)
  const body = await openRawConnection(server.url)
  const silent = await openRawConnection(server.url)
  const startedAt = performance.now()

  headers.write('POST /api/v1/events HTTP/1.1\r\nHost: x\r\nX-Slow: ')
  body.write(head(key, 'Content-Length: 100000'))
  const dribble = setInterval(() => {
    headers.write('x')
    body.write('x')
  }, 200)
  const tooSlow = [{ status: 408, rule: 'pace' }]

  const slowBody = await body.ended()
  const bodyMs = performance.now() - startedAt
  const slowHeaders = await headers.ended()
  const nothing = await silent.ended()
  const headersMs = performance.now() - startedAt
  clearInterval(dribble)

  expect(problems(slowBody)).toMatchObject(tooSlow)
  expect(problems(slowHeaders)).toMatchObject(tooSlow)
  expect(problems(nothing)).toMatchObject(tooSlow)
  expect(bodyMs).toBeGreaterThan(5_000)
  expect(bodyMs).toBeLessThan(10_000)
  expect(headersMs).toBeGreaterThan(10_000)
  expect(headersMs).toBeLessThan(20_000)
})

test('row 49: a body that comes steadily may take longer than the grace', async () => {
  const server = await startTestServer()
  const connection = await openRawConnection(server.url)
  const body = BODY.padEnd(16 * 1_024)
  connection.write(head(await server.key('ingest'), `Content-Length: ${body.length}`, 'Connection: close'))

  let sent = 0
  const steady = setInterval(() => {
    connection.write(body.slice(sent, (sent += 512)))
    if (sent >= body.length) clearInterval(steady)
  }, 200)

  expect(await connection.ended()).toMatch(/^HTTP\/1\.1 200 /)
})

const IDLE = 5_000
const WAVE = 200

test.skipIf(openFileLimit() < 3 * IDLE)(`row 49: ${IDLE} idle connections of one address get its share, and others are served as before`, async () => {
  const server = await startTestServer()
  const key = await server.key('ingest')
  const before = await measure(server, key)

  const idle = await openMany(server, IDLE, '127.0.0.66')
  // Those that came when the share was used up are ended; the others have until their headers are due.
  await Promise.all(idle.slice(WAVE * Math.ceil(512 / WAVE)).map((each) => each.ended()))
  const open = idle.filter(({ socket }) => !socket.destroyed).length
  // Of a machine that is busy elsewhere the quietest of three counts; the smallest figures are its noise.
  const during = Math.min(await measure(server, key), await measure(server, key), await measure(server, key))

  expect(open).toBeLessThanOrEqual(512)
  expect(during).toBeLessThan(2 * Math.max(before, 50))
}, 120_000)

test('row 49: a client that closed its connections may open as many again', async () => {
  const server = await startTestServer()

  for (let round = 0; round < 2; round++) {
    const idle = await openMany(server, 400, '127.0.0.67')
    idle[0]?.write('GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
    expect(await idle[0]?.ended()).toMatch(/^HTTP\/1\.1 200 /)
    for (const { socket } of idle) socket.end()
    await Promise.all(idle.map((each) => each.ended()))
  }
})

test('row 49: a proxy that is trusted stands for many clients and has no share to keep to', async () => {
  const server = await startTestServer({ trustProxy: ['127.0.0.68', '10.0.0.0/8'] })

  const many = await openMany(server, 600, '127.0.0.68')

  expect(many.filter(({ socket }) => !socket.destroyed)).toHaveLength(600)
})

test('row 49: pipelined requests are each answered, in their order', async () => {
  const server = await startTestServer()
  const key = await server.key('ingest')
  const connection = await openRawConnection(server.url)
  const post = (seq: number) => {
    const body = JSON.stringify(sampleBatch([sampleEvent({ seq })]))
    return `${head(key, `Content-Length: ${Buffer.byteLength(body)}`)}${body}`
  }
  const broken = `${head(key, 'Content-Length: 1')}{`

  connection.write(Array.from({ length: 50 }, (_, at) => (at % 10 === 9 ? broken : post(at))).join(''))
  connection.write('GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
  const statuses = [...(await connection.ended()).matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => Number(status))

  expect(statuses).toEqual([...Array.from({ length: 50 }, (_, at) => (at % 10 === 9 ? 400 : 200)), 200])
})

const SMUGGLED = 'GET /healthz HTTP/1.1\r\nHost: smuggled\r\n\r\n'

test.each([
  ['both a length and chunks', ['Content-Length: 5', 'Transfer-Encoding: chunked']],
  ['chunks and a length', ['Transfer-Encoding: chunked', 'Content-Length: 5']],
  ['two lengths', ['Content-Length: 5', 'Content-Length: 6']],
  ['a list of lengths', ['Content-Length: 5, 6']],
  ['a signed length', ['Content-Length: +5']],
  ['a length in hexadecimal', ['Content-Length: 0x5']],
  ['a length past any integer', ['Content-Length: 99999999999999999999999']],
  ['chunks that are not last', ['Transfer-Encoding: chunked, identity']],
  ['another transfer encoding', ['Transfer-Encoding: xchunked']],
  ['a space before the colon', ['Transfer-Encoding : chunked']],
  ['a folded header', ['X-Folded: a', ' Transfer-Encoding: chunked']],
  ['a NUL in a header', ['X-Nul: a\0b']],
  ['a bare line feed in a header', ['X-Feed: a\nTransfer-Encoding: chunked']],
])('row 49: a request with %s is refused, and nothing after it is read as a request', async (_name, lines) => {
  const server = await startTestServer()
  const connection = await openRawConnection(server.url)

  connection.write(`${head(await server.key('ingest'), ...lines)}0\r\n\r\n${SMUGGLED}`)
  const answer = await connection.ended()

  expect(problems(answer)).toMatchObject([{ status: 400, rule: 'http' }])
  expect(answer).not.toContain('alive')
})

test.each([
  ['a chunk size that is none', 'zz\r\n{}\r\n0\r\n\r\n'],
  ['a chunk longer than it says', '1\r\n{}\r\n0\r\n\r\n'],
  ['a chunk size past any integer', 'fffffffffffffffff\r\n{}\r\n0\r\n\r\n'],
])('row 49: a body with %s is refused', async (_name, body) => {
  const server = await startTestServer()
  const connection = await openRawConnection(server.url)

  connection.write(`${head(await server.key('ingest'), 'Transfer-Encoding: chunked')}${body}${SMUGGLED}`)
  const answer = await connection.ended()

  expect(problems(answer)[0]).toMatchObject({ status: 400 })
  expect(answer).not.toContain('alive')
})

/** In waves, so that the kernel's queue of connections that wait for the server never overflows. */
async function openMany(server: TestServer, count: number, localAddress: string): Promise<readonly RawConnection[]> {
  const opened: RawConnection[] = []
  while (opened.length < count) {
    opened.push(...(await Promise.all(Array.from({ length: WAVE }, () => openRawConnection(server.url, localAddress)))))
    await server.get('/healthz')
  }
  return opened
}

/** The 99th percentile of 200 batches, one after another, milliseconds. */
async function measure(server: TestServer, key: string): Promise<number> {
  const times: number[] = []
  for (let at = 0; at < 200; at++) {
    const startedAt = performance.now()
    const answer = await server.post('/api/v1/events', BODY, { authorization: `Bearer ${key}` })
    await answer.arrayBuffer()
    times.push(performance.now() - startedAt)
  }
  return times.toSorted((a, b) => a - b)[197] ?? 0
}

function openFileLimit(): number {
  const limit = execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }).trim()
  return limit === 'unlimited' ? Number.POSITIVE_INFINITY : Number(limit)
}
