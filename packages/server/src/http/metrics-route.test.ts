import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import parsePrometheus from 'parse-prometheus-text-format'
import { expect, onTestFinished, test } from 'vitest'
import { sampleBatch } from '../testing/sample-batch.ts'
import { sampleEvent } from '../testing/sample.ts'
import { startTestServer } from '../testing/start-test-server.ts'

const TOKEN = 'a-token-of-thirty-two-characters'

function writeToken(token: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'wayside-token-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'token'), `${token}\n`)
  return join(folder, 'token')
}

/** Values by name and labels, as a client of Prometheus reads them. */
function read(text: string): ReadonlyMap<string, number> {
  const families = parsePrometheus(text)
  return new Map(families.flatMap(({ name, metrics }) => metrics.map(({ value, labels = {} }) => [[name, ...Object.entries(labels).flat()].join(' '), Number(value)] as const)))
}

test('Prometheus reads what was taken, refused and answered, and nothing that names anybody', async () => {
  const server = await startTestServer({ metricsTokenPath: writeToken(TOKEN) })
  const key = await server.key('ingest', 'zebra')
  const batch = sampleBatch([sampleEvent({ seq: 0, path: '/zebra', userId: 'zebra' }), sampleEvent({ seq: 1 })])
  await server.deliver(batch, key)
  await server.deliver(batch, key)
  await server.post('/api/v1/events', '{', { authorization: `Bearer ${key}` })
  await server.get('/zebra')

  const answer = await server.get('/metrics', TOKEN)
  const text = await answer.text()
  const values = read(text)

  expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
  expect(values.get('wayside_events_total verdict accepted')).toBe(2)
  expect(values.get('wayside_events_total verdict duplicate')).toBe(2)
  expect(values.get('wayside_deliveries_refused_total rule json')).toBe(1)
  expect(values.get('wayside_http_requests_total method GET route none status 404')).toBe(1)
  expect(values.get('wayside_ready')).toBe(1)
  expect(values.get('wayside_journal_bytes')).toBeGreaterThan(0)
  expect(values.get('process_resident_memory_bytes')).toBeGreaterThan(0)
  expect(text).not.toContain('zebra')
})

test('without the token nothing is told, and without a file of one there is no such address', async () => {
  const [guarded, without] = [await startTestServer({ metricsTokenPath: writeToken(TOKEN) }), await startTestServer()]
  const key = await guarded.key('admin')
  expect((await guarded.get('/metrics')).status).toBe(401)
  expect((await guarded.get('/metrics', key)).status).toBe(401)
  expect((await without.get('/metrics', TOKEN)).status).toBe(404)
})

test.each([
  ['is short', () => writeToken('short'), '16 characters or more'],
  ['is not there', () => '/nowhere/token', 'must name a file that can be read'],
])('a token that %s stops the start, with what to do', async (_what, path, advice) => {
  await expect(startTestServer({ metricsTokenPath: path() })).rejects.toThrow(advice)
})
