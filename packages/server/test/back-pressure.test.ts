import { expect, test } from 'vitest'
import { sampleBatch } from '../src/testing/sample-batch.ts'
import { sampleEvents } from '../src/testing/sample.ts'
import { startTestServer, type TestServer } from '../src/testing/start-test-server.ts'

function send(server: TestServer, key: string, events: number, firstSeq = 1): Promise<Response> {
  return server.post('/api/v1/events', JSON.stringify(sampleBatch(sampleEvents(events, firstSeq))), { authorization: `Bearer ${key}` })
}

const seconds = (answer: Response) => Number(answer.headers.get('retry-after'))

test('row 9: a key over its rate gets 429 with the seconds until it may send again, in every format; other keys do not', async () => {
  let ms = 0
  const server = await startTestServer({ keyEventsPerSecond: 10, monotonicMs: () => ms })
  const key = await server.key('combined')

  const burst = await send(server, key, 300)
  const refused = await send(server, key, 1, 301)
  const rows = await server.post('/api/log-request', JSON.stringify({ api_key: key, requests: [{ path: '/', method: 'GET', status: 200 }] }))
  const other = await send(server, await server.key('ingest', 'other'), 1)
  ms += 20_000
  const later = await send(server, key, 1, 301)

  expect([burst, refused, rows, other, later].map(({ status }) => status)).toEqual([200, 429, 429, 200, 200])
  expect(await refused.json()).toMatchObject({ status: 429, rule: 'key-rate', detail: expect.stringContaining('--key-events-per-second') })
  for (const answer of [refused, rows]) {
    expect(seconds(answer)).toBeGreaterThanOrEqual(20)
    expect(seconds(answer)).toBeLessThanOrEqual(30)
  }
})

test('a full journal gets 503 before the body is read, with a wait that differs from answer to answer, and reports go on', async () => {
  const server = await startTestServer({ journalMaxBytes: 1 })
  const key = await server.key('combined')

  const first = await send(server, key, 1)
  const refused = await Promise.all(Array.from({ length: 30 }, (_, at) => server.post('/api/v1/events', `not even JSON ${at}`, { authorization: `Bearer ${key}` })))
  const report = await server.get('/api/v1/overview', key)

  expect([first.status, report.status]).toEqual([200, 200])
  expect(new Set(refused.map(({ status }) => status))).toEqual(new Set([503]))
  expect(await refused[0]?.json()).toMatchObject({ rule: 'server-room', detail: expect.stringContaining('the journal has reached its 1 bytes') })
  expect(refused.every((answer) => seconds(answer) >= 1 && seconds(answer) <= 90)).toBe(true)
  expect(new Set(refused.map(seconds)).size).toBeGreaterThan(1)
})

test('more bodies at once than the server may hold get 503, and those that it holds are served', async () => {
  const server = await startTestServer()
  const key = await server.key('ingest')
  const large = JSON.stringify({ ...sampleBatch(sampleEvents(1)), padding: 'x'.repeat(3_500_000) })

  const answers = await Promise.all(Array.from({ length: 40 }, () => server.post('/api/v1/events', large, { authorization: `Bearer ${key}` })))
  const after = await send(server, key, 1)

  const refused = answers.filter(({ status }) => status === 503)
  expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(0)
  expect(refused.length).toBeGreaterThan(0)
  expect(refused.every((answer) => seconds(answer) >= 1 && seconds(answer) <= 3)).toBe(true)
  expect(after.status).toBe(200)
})
