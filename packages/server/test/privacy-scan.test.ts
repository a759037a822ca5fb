import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EMPTY_BOOKS, encodeBatch, type ExportLink, type ExportsList, type PrivacyLevel } from '@wayside/protocol'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createLog } from '../src/log/log.ts'
import { startServer } from '../src/start-server.ts'
import { sampleDelivery, sampleEvent } from '../src/testing/sample.ts'
import { scanFiles, scanTables } from './scan-data-folder.ts'

let dataDir = ''
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'wayside-privacy-'))
})
afterEach(() => rm(dataDir, { recursive: true }))

/** Level 0 may keep an address: finding these shows that the scan finds what is there. */
const PLANTED = ['88.198.77.131', '2a01:4f8:77:131::9']

/** Clients at level 1 and 2. What must not be found is given without its last digits, so that networks count as well. */
const HIDDEN_CLIENTS: readonly { readonly level: PrivacyLevel; readonly ip: string; readonly trace: string }[] = [
  { level: 1, ip: '91.12.34.0/24', trace: '91.12.34.' },
  { level: 1, ip: '91.13.57.99', trace: '91.13.57.' },
  { level: 1, ip: '2a02:8108:99::/48', trace: '2a02:8108:99' },
  { level: 1, ip: '2a02:8109:57::99', trace: '2a02:8109:57' },
  { level: 2, ip: '91.14.58.99', trace: '91.14.58.' },
  { level: 2, ip: '2a02:8110:58::99', trace: '2a02:8110:58' },
]
const HIDDEN = HIDDEN_CLIENTS.map(({ trace }) => trace)

test('at level 1 and 2 no byte of the data folder or the log holds an address of a client, its network included', async () => {
  const log: string[] = []
  const server = await startServer({ data: dataDir, port: 0, log: createLog('debug', (line) => log.push(line)), loopLag: { read: () => 0, stop: () => undefined } })
  const key = String(await (await fetch(`${server.url}/api/generate`, { method: 'POST' })).json())

  for (const [at, ip] of PLANTED.entries()) await sendBatch(server.url, key, 0, ip, at)
  for (const [at, { level, ip }] of HIDDEN_CLIENTS.entries()) {
    await sendBatch(server.url, key, level, ip, 100 + at)
    // Only our SDK sends networks; the clients of API Analytics send what the app gave them.
    if (!ip.includes('/')) await sendRows(server.url, key, level, ip)
  }
  // A body that is refused is the most likely one to be quoted in a log.
  for (const { ip } of HIDDEN_CLIENTS) await fetch(`${server.url}/api/log-request`, { method: 'POST', body: `{"api_key":"${key}","requests":[{"ip_address":"${ip}"` })

  const inJournal = scanFiles(dataDir, [...PLANTED, ...HIDDEN])
  expect(inJournal.map(({ text }) => text)).toEqual(expect.arrayContaining(PLANTED))
  expect(inJournal.filter(({ text }) => HIDDEN.includes(text))).toEqual([])

  await server.drain()
  // The end of another project makes a snapshot, and with it files of days.
  const other = String(await (await fetch(`${server.url}/api/generate`, { method: 'POST' })).json())
  expect((await fetch(`${server.url}/api/delete`, { method: 'POST', headers: { 'x-auth-token': other } })).status).toBe(200)
  const stored: unknown = await (await fetch(`${server.url}/api/data`, { headers: { 'x-auth-token': key } })).json()
  const files = await exportAll(server.url, key)
  for (const file of files) expect([PLANTED.filter((text) => file.includes(text)), HIDDEN.filter((text) => file.includes(text))]).toEqual([PLANTED, []])
  expect(scanFiles(dataDir, HIDDEN)).toEqual([])
  await server.close()

  const inTables = await scanTables(dataDir, [...PLANTED, ...HIDDEN])
  expect(new Set(inTables.map(({ text }) => text))).toEqual(new Set(PLANTED))
  expect(inTables.some(({ where }) => where.includes('.parquet'))).toBe(true)
  expect(scanFiles(dataDir, HIDDEN)).toEqual([])
  expect(HIDDEN.filter((text) => log.join('\n').includes(text))).toEqual([])
  // The addresses were not just lost on the way: at level 1 each gave its country, at level 2 none did.
  expect(countLocations(stored)).toEqual({ 'level 1': ['DE'], 'level 2': [''] })
}, 30_000)

/** All requests as files of text. */
async function exportAll(url: string, key: string): Promise<readonly string[]> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  const call = async <Answer>(path: string, body?: unknown) => (await (await fetch(`${url}${path}`, { headers, ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }) })).json()) as Answer
  for (const format of ['csv', 'ndjson']) await call('/api/v1/exports', { format, requests: {} })
  const jobs = await vi.waitFor(
    async () => {
      const { exports } = await call<ExportsList>('/api/v1/exports')
      expect(exports.map(({ state }) => state)).toEqual(['done', 'done'])
      return exports
    },
    { timeout: 20_000, interval: 100 },
  )
  return Promise.all(jobs.map(async ({ id }) => (await fetch(`${url}${(await call<ExportLink>('/api/v1/exports/link', { id })).url}`)).text()))
}

async function sendBatch(url: string, key: string, level: PrivacyLevel, ip: string, producer: number): Promise<void> {
  const { head } = sampleDelivery()
  const wire = encodeBatch({
    head: { ...head, producerId: producer.toString(16).padStart(32, '0'), privacyLevel: level, books: { ...EMPTY_BOOKS, captured: 1 } },
    events: [sampleEvent({ ip, time: Date.now(), path: `/level-${level}`, route: `/level-${level}` })],
    stacks: [],
    droppedSeqs: [],
    shed: [],
  })
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'x-forwarded-for': ip.split('/', 1)[0] ?? '' }
  const response = await fetch(`${url}/api/v1/events`, { method: 'POST', headers, body: JSON.stringify(wire) })
  expect(await response.json()).toMatchObject({ accepted: 1 })
}

async function sendRows(url: string, key: string, level: PrivacyLevel, ip: string): Promise<void> {
  const row = {
    hostname: 'api.example.com',
    ip_address: ip,
    user_agent: 'curl/8.5.0',
    path: `/level-${level}`,
    status: 200,
    method: 'GET',
    response_time: 12,
    user_id: null,
    created_at: new Date().toISOString(),
  }
  const body = JSON.stringify({ api_key: key, framework: 'FastAPI', privacy_level: level, requests: [row] })
  const response = await fetch(`${url}/api/log-request`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  expect(response.status).toBe(201)
}

/** The distinct locations of the rows of level 1 and of level 2. */
function countLocations(rows: unknown): Readonly<Record<string, readonly unknown[]>> {
  const list: readonly unknown[] = Array.isArray(rows) ? rows : []
  const of = (level: number) => [
    ...new Set(list.map((row) => (isRow(row) && row.path === `/level-${level}` ? row.location : null)).filter((location) => location !== null)),
  ]
  return { 'level 1': of(1), 'level 2': of(2) }
}

function isRow(row: unknown): row is { readonly path: string; readonly location: string } {
  return typeof row === 'object' && row !== null && 'path' in row && 'location' in row
}
