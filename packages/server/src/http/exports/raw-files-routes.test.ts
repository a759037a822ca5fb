import type { ExportJob, ExportLink, ExportsList } from '@wayside/protocol'
import { expect, test, vi } from 'vitest'
import { openAsOwner } from '../../testing/browser.ts'
import { sampleBatch } from '../../testing/sample-batch.ts'
import { sampleEvent } from '../../testing/sample.ts'
import { startTestServer, type TestServer } from '../../testing/start-test-server.ts'

const DAY_MS = 86_400_000

const asKey = (key: string) => ({ authorization: `Bearer ${key}`, 'content-type': 'application/json' })

async function put(server: TestServer, key: string, path: string, body: unknown, method = 'PUT'): Promise<number> {
  return (await fetch(`${server.url}${path}`, { method, headers: asKey(key), body: JSON.stringify(body) })).status
}

async function made(server: TestServer, key: string, count: number): Promise<readonly ExportJob[]> {
  return vi.waitFor(
    async () => {
      const { exports } = (await (await server.get('/api/v1/exports', key)).json()) as ExportsList
      if (exports.length !== count || exports.some(({ state }) => state !== 'done')) throw new Error(JSON.stringify(exports))
      return exports
    },
    { timeout: 30_000, interval: 100 },
  )
}

async function read(server: TestServer, key: string, { id }: ExportJob): Promise<string> {
  const link = (await (await server.post('/api/v1/exports/link', JSON.stringify({ id }), asKey(key))).json()) as ExportLink
  return (await fetch(`${server.url}${link.url}`)).text()
}

test('each day of the project that is over has one file, once, and is made anew without a consumer who was forgotten', async () => {
  // Berlin's 6th of January ended at 23:00 UTC; the 7th is not over for good before midnight.
  let time = Date.parse('2026-01-04T12:00:00Z')
  const server = await startTestServer({ now: () => time })
  const owner = await openAsOwner(server)
  const { body: project } = await owner.call('POST', '/api/v1/projects', { name: 'shop', timeZone: 'Europe/Berlin' })
  const { body: keyMade } = await owner.call('POST', '/api/v1/keys', { kind: 'admin' }, { 'x-wayside-project': String(project['id']) })
  const key = String(keyMade['key'])
  const events = ['2026-01-04T22:59:59.999Z', '2026-01-04T23:00:00Z', '2026-01-05T12:00:00Z', '2026-01-05T23:00:00Z'].map((each, at) =>
    sampleEvent({ seq: at + 1, time: Date.parse(each), path: `/${at}`, userId: at === 2 ? 'eve' : 'ada' }),
  )
  time = Date.parse('2026-01-06T23:59:00Z')
  await server.deliver({ ...sampleBatch(events), sentAt: time }, key)

  expect(await (await server.get('/api/v1/exports/files', key)).json()).toEqual({ daily: false, monthly: false, format: 'zip' })
  expect(await put(server, key, '/api/v1/exports/files', { daily: true, monthly: true, format: 'ndjson' })).toBe(200)
  const files = await made(server, key, 2)
  const paths = (text: string) => text.split('\n').filter((line) => line !== '').map((line) => (JSON.parse(line) as { readonly path: string }).path)

  const inOrder = files.toSorted((a, b) => a.from - b.from)
  expect(inOrder.map(({ fileName, askedBy, from, expiresAt }) => [fileName, askedBy, new Date(from).toISOString(), expiresAt])).toEqual([
    ['wayside-requests-2026-01-04.ndjson', 'schedule', '2026-01-03T23:00:00.000Z', Date.parse('2026-01-04T23:00:00Z') + 30 * DAY_MS],
    ['wayside-requests-2026-01-05.ndjson', 'schedule', '2026-01-04T23:00:00.000Z', Date.parse('2026-01-05T23:00:00Z') + 30 * DAY_MS],
  ])
  const fifth = files.find(({ fileName }) => fileName.includes('05'))
  expect(fifth && paths(await read(server, key, fifth))).toEqual(['/1', '/2'])

  expect(await put(server, key, '/api/v1/exports/files', { daily: true, monthly: true, format: 'ndjson' })).toBe(200)
  expect((await made(server, key, 2)).map(({ id }) => id).toSorted()).toEqual(files.map(({ id }) => id).toSorted())

  expect(await put(server, key, '/api/v1/erasures', { kind: 'user', consumer: 'eve' }, 'POST')).toBe(202)
  await vi.waitFor(async () => expect(await (await server.get('/api/v1/erasures', key)).text()).not.toContain('"doneAt":null'), { timeout: 30_000, interval: 100 })
  time = Date.parse('2026-01-07T00:01:00Z')
  expect(await put(server, key, '/api/v1/exports/files', { daily: true, monthly: false, format: 'ndjson' })).toBe(200)
  const after = await made(server, key, 3)
  const again = after.find(({ fileName }) => fileName.includes('05'))
  expect(again && paths(await read(server, key, again))).toEqual(['/1'])
})

test('a read key sees whether files are made, and does not say so', async () => {
  const server = await startTestServer()
  const key = await server.key('read')

  expect((await server.get('/api/v1/exports/files', key)).status).toBe(200)
  expect(await put(server, key, '/api/v1/exports/files', { daily: true, monthly: false, format: 'csv' })).toBe(403)
})
