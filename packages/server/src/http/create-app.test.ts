import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { sampleBatch } from '../testing/sample-batch.ts'
import { sampleEvent } from '../testing/sample.ts'
import { startTestServer } from '../testing/start-test-server.ts'

test('every answer tells the browser to load nothing from elsewhere and to keep it apart', async () => {
  const server = await startTestServer()

  for (const path of ['/', '/docs', '/healthz', '/nothing', '/api/v1/requests']) {
    const { headers } = await server.get(path)
    expect([path, headers.get('content-security-policy')]).toEqual([
      path,
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    ])
    expect([
      headers.get('x-content-type-options'),
      headers.get('referrer-policy'),
      headers.get('cross-origin-opener-policy'),
    ]).toEqual(['nosniff', 'no-referrer', 'same-origin'])
  }
})

test('the description names every address, and the explorer loads nothing from elsewhere', async () => {
  const server = await startTestServer()

  const description = (await (await server.get('/openapi.json')).json()) as { openapi: string; paths: object }
  const page = await (await server.get('/docs')).text()
  const initializer = await (await server.get('/docs/static/swagger-initializer.js')).text()

  expect(description.openapi).toBe('3.1.0')
  expect(Object.keys(description.paths)).toEqual(
    expect.arrayContaining([
      '/api/v1/events',
      '/api/v1/requests',
      '/api/v1/overview',
      '/api/log-request',
      '/api/data',
      '/healthz',
    ]),
  )
  const links = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1])
  expect(links.length).toBeGreaterThan(3)
  expect(links.filter((link) => !link?.startsWith('/docs/static/'))).toEqual([])
  expect(page).not.toContain('<style')
  expect(initializer).toContain('"validatorUrl":null')
})

test('the description and the explorer follow the base path', async () => {
  const server = await startTestServer({ basePath: '/analytics' })

  const description = (await (await server.get('/openapi.json')).json()) as {
    servers: { url: string }[]
    paths: object
  }
  const page = await (await server.get('/docs')).text()

  expect(description.servers[0]?.url).toBe('/analytics')
  expect(Object.keys(description.paths)).toContain('/api/v1/events')
  expect(page).toContain('href="/analytics/docs/static/swagger-ui.css"')
})

test('the server is alive and ready', async () => {
  const server = await startTestServer()

  expect(await (await server.get('/healthz')).json()).toEqual({ status: 'alive' })
  expect(await (await server.get('/readyz')).json()).toEqual({
    ready: true,
    checks: { server: 'ok', journal: 'ok', loader: 'ok', store: 'ok' },
    alarms: [],
  })
})

test.each([
  ['that is no HTTP', 'nonsense\r\n\r\n', 400],
  [
    'with two lengths',
    'POST /api/v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    400,
  ],
  ['with huge headers', `GET /healthz HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`, 431],
])('a request %s is answered with a problem document', async (_name, text, status) => {
  const server = await startTestServer()
  const { hostname, port } = new URL(server.url)

  const socket = connect(Number(port), hostname)
  socket.write(text)
  let answer = ''
  socket.on('data', (chunk) => (answer += String(chunk)))
  await once(socket, 'close')

  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
  expect(answer).toContain('application/problem+json')
})

test('a request that is under way when the server stops is still answered', async () => {
  const server = await startTestServer()
  const body = JSON.stringify(sampleBatch([sampleEvent()]))
  const sent = request(`${server.url}/api/v1/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await server.key('ingest')}`, 'content-length': Buffer.byteLength(body) },
  })
  sent.write(body.slice(0, 10))
  // The server has begun with the request once it answers another one on a second connection.
  await server.get('/healthz')

  const stopped = server.stop()
  sent.end(body.slice(10))
  const [answer]: IncomingMessage[] = await once(sent, 'response')
  answer?.resume()
  await stopped

  expect(answer?.statusCode).toBe(200)
})
