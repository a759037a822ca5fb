import { expect, test } from 'vitest'
import { openRawConnection } from '../src/testing/raw-connection.ts'
import { sampleBatch } from '../src/testing/sample-batch.ts'
import { sampleEvent } from '../src/testing/sample.ts'
import { startTestServer, type TestServer } from '../src/testing/start-test-server.ts'

const FORGED = '\r\n{"level":"error","message":"forged"}\u001b[31m\u009b\u2028\u202e\0'
const SECRET = 'hunter2-0123456789'

/** Every line is one JSON object of printable characters. */
function expectClean(server: TestServer): void {
  for (const line of server.log) {
    // eslint-disable-next-line no-control-regex -- these are what must not be there
    expect(line).toMatch(/^[^\0-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]+\n$/)
    expect(JSON.parse(line)).not.toMatchObject({ message: 'forged' })
  }
}

test('row 66: addresses, headers and bodies write no lines of their own into the log, and no secrets', async () => {
  const server = await startTestServer({ now: Date.now })
  const key = await server.key('combined')
  const encoded = encodeURIComponent(FORGED)

  await server.get(`/${encoded}?password=${SECRET}`)
  await server.get(`/api/v1/overview?period=${encoded}${SECRET}`, key)
  await server.get(`/api/v1/requests?${encoded}=${SECRET}&cursor=${encoded}`, key)
  await server.get(`/api/delete/${SECRET}${encoded}`)
  await server.post('/api/v1/events', `${FORGED}${SECRET}`, { authorization: `Bearer ${SECRET}`, 'user-agent': '\u009b2J' })
  await server.post('/api/v1/events', `"${SECRET}`, { authorization: `Bearer ${key}` })
  await server.post('/api/v1/events', JSON.stringify({ v: FORGED, producer: SECRET }), { authorization: `Bearer ${key}` })
  await server.post('/api/log-request', JSON.stringify({ api_key: key, framework: FORGED, requests: [{ path: FORGED, method: SECRET }, FORGED] }))
  const batch = sampleBatch([sampleEvent({ path: FORGED, route: SECRET, userId: FORGED, userAgent: FORGED })])
  await server.post('/api/v1/events', JSON.stringify(batch), { authorization: `Bearer ${key}` })
  await server.drain()

  expect(server.log.length).toBeGreaterThan(5)
  expectClean(server)
  expect(server.log.join('')).not.toContain(SECRET)
  expect(server.log.join('')).not.toContain(key)
})

test('row 66: a header of 1 MB is refused, and does not reach the log', async () => {
  const server = await startTestServer()
  const connection = await openRawConnection(server.url)

  connection.write(`GET /healthz HTTP/1.1\r\nHost: x\r\nUser-Agent: ${SECRET.repeat(60_000)}\r\n\r\n`)

  expect(await connection.ended()).toMatch(/^HTTP\/1\.1 431 /)
  expect(server.log.join('')).not.toContain(SECRET)
})

test('row 66: nobody fills the log by being refused', async () => {
  const server = await startTestServer({ logLevel: 'info' })
  const key = await server.key('combined')
  const before = server.log.join('').length

  for (let request = 0; request < 200; request++)
    await server.post('/api/log-request', JSON.stringify({ api_key: key, requests: [{ path: '/', method: 'GET', status: 200 }, { path: FORGED }] }))

  const lines = server.log.filter((line) => line.includes('could not be read'))
  expect(lines.length).toBeLessThanOrEqual(61)
  expect(server.log.join('').length - before).toBeLessThan(200_000)
})
