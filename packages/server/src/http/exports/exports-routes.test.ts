import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { ExportJob, ExportLink } from '@wayside/protocol'
import { expect, test, vi } from 'vitest'
import { openAsInvited, openAsOwner } from '../../testing/browser.ts'
import { sampleBatch } from '../../testing/sample-batch.ts'
import { sampleEvent } from '../../testing/sample.ts'
import { startTestServer, type TestServer } from '../../testing/start-test-server.ts'

const PATIENCE = { timeout: 30_000, interval: 50 }

/** Calls the API with a key. */
function callWith(server: TestServer, key: string) {
  return async <Answer = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<{ readonly status: number; readonly body: Answer }> => {
    const headers = { authorization: `Bearer ${key}`, ...(body !== undefined && { 'content-type': 'application/json' }) }
    const response = await fetch(`${server.url}${path}`, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) })
    // Boundary: what the test expects of the API.
    return { status: response.status, body: (await response.json()) as Answer }
  }
}

type Call = ReturnType<typeof callWith>

async function list(call: Call): Promise<readonly ExportJob[]> {
  return (await call<{ readonly exports: readonly ExportJob[] }>('GET', '/api/v1/exports')).body.exports
}

/** Asks for an export and waits until it has been made or has failed. */
async function make(call: Call, input: unknown): Promise<ExportJob> {
  const asked = await call<ExportJob>('POST', '/api/v1/exports', input)
  if (asked.status !== 202) throw new Error(JSON.stringify(asked.body))
  return vi.waitFor(async () => {
    const job = (await list(call)).find(({ id }) => id === asked.body.id)
    if (job === undefined || (job.state !== 'done' && job.state !== 'failed')) throw new Error(`it is ${job?.state ?? 'gone'}`)
    return job
  }, PATIENCE)
}

async function fetchFile(server: TestServer, call: Call, { id }: ExportJob): Promise<Response> {
  const { body } = await call<ExportLink>('POST', '/api/v1/exports/link', { id })
  return fetch(`${server.url}${body.url}`)
}

/** A server with three requests of today, one of them of an attacker. */
async function startWithRequests() {
  const server = await startTestServer()
  const key = await server.key('admin')
  const time = Date.now() - 60_000
  const events = [
    sampleEvent({ seq: 1, time, path: '/users/1', userId: 'ada' }),
    sampleEvent({ seq: 2, time: time + 1, path: '=cmd|x', route: null, status: 404, tags: { plan: 'pro' } }),
    sampleEvent({ seq: 3, time: time + 2, path: '/users/3', userId: 'eve', status: 500 }),
  ]
  await server.deliver(sampleBatch(events), key)
  return { server, key, call: callWith(server, key), time }
}

test('requests are made into a CSV file that is fetched by a link', async () => {
  const { server, call, time } = await startWithRequests()

  const job = await make(call, { format: 'csv', requests: { range: '1h' } })
  const response = await fetchFile(server, call, job)
  const text = await response.text()
  const lines = text.split('\r\n')

  expect(job).toMatchObject({ of: 'requests', state: 'done', rows: 3, expectedRows: 3, bytes: Buffer.byteLength(text), problem: null })
  expect(Number(job.expiresAt) - Number(job.endedAt)).toBe(30 * 86_400_000)
  expect(lines[0]).toMatch(/^id,time,timeAdjusted,wallTime,method,route,path,host,status,outcome,/)
  expect(lines.slice(1, 4).map((line) => line.split(',')[1])).toEqual([time, time + 1, time + 2].map((each) => new Date(each).toISOString()))
  expect(lines[2]).toContain(`,GET,,'=cmd|x,`)
  expect(lines[2]).toContain(`"{""plan"":""pro""}"`)
  const { headers } = response
  expect([headers.get('content-type'), headers.get('content-disposition'), headers.get('cache-control'), headers.get('x-content-type-options')]).toEqual([
    'text/csv; charset=utf-8; header=present',
    `attachment; filename="${job.fileName}"`,
    'no-store',
    'nosniff',
  ])
  expect(job.fileName).toMatch(/^wayside-requests-[\d-]+(-to-[\d-]+)?\.csv$/)
})

test('a filter and a period say which requests are in it, and one line is the request as the API shows it', async () => {
  const { server, key, call, time } = await startWithRequests()

  const job = await make(call, { format: 'ndjson', requests: { range: { from: time + 1, to: time + 3 }, filter: ['gte', 'status', 500] } })
  const line = await (await fetchFile(server, call, job)).text()
  const { requests } = (await (await server.get('/api/v1/requests?status=500', key)).json()) as { readonly requests: readonly unknown[] }

  expect(JSON.parse(line)).toEqual(requests[0])
  expect(job).toMatchObject({ from: time + 1, to: time + 3, rows: 1 })
})

test('all rows of a query are made into a file, page after page, or as many as its limit says', async () => {
  const { server, call } = await startWithRequests()
  const query = { metrics: ['requests', 'errorRate'], dimensions: ['path'], orderBy: [['path', 'asc']], range: '24h', compare: 'previous' }

  const whole = await (await fetchFile(server, call, await make(call, { format: 'csv', query }))).text()
  const first = await make(call, { format: 'csv', query: { ...query, limit: 1 } })

  expect(whole).toBe("path,requests,errorRate,compared:requests,compared:errorRate\r\n/users/1,1,0,,\r\n/users/3,1,1,,\r\n'=cmd|x,1,1,,\r\n")
  expect([first.of, first.rows, first.fileName.startsWith('wayside-report-')]).toEqual(['query', 1, true])
})

test.each([
  ['parquet', 'application/vnd.apache.parquet', 'PAR1', '.parquet'],
  ['zip', 'application/zip', 'PK', '.csv.zip'],
])('%s files have their type and name', async (format, type, magic, ending) => {
  const { server, call } = await startWithRequests()

  const job = await make(call, { format, requests: {} })
  const response = await fetchFile(server, call, job)

  expect([response.headers.get('content-type'), Buffer.from(await response.arrayBuffer()).toString('latin1', 0, magic.length), job.fileName.endsWith(ending)]).toEqual([type, magic, true])
})

test('a link works once, needs no key, and is not used up by who only asks whether it is there', async () => {
  const { server, call } = await startWithRequests()
  const job = await make(call, { format: 'csv', requests: {} })
  const { body: link } = await call<ExportLink>('POST', '/api/v1/exports/link', { id: job.id })
  const get = async (method = 'GET') => (await fetch(`${server.url}${link.url}`, { method })).status

  expect(link.expiresAt - Date.now()).toBeLessThanOrEqual(300_000)
  expect([await get('HEAD'), await get(), await get(), (await server.get('/api/v1/exports/file?token=x')).status]).toEqual([405, 200, 404, 404])
})

test('a removed export is gone with its file and its links', async () => {
  const { server, call } = await startWithRequests()
  const job = await make(call, { format: 'csv', requests: {} })
  const { body: link } = await call<ExportLink>('POST', '/api/v1/exports/link', { id: job.id })
  const path = join(server.dataDir, 'exports', job.id)
  expect(existsSync(path)).toBe(true)

  expect((await call('DELETE', `/api/v1/exports?id=${job.id}`)).status).toBe(200)

  expect(existsSync(path)).toBe(false)
  expect([(await fetch(`${server.url}${link.url}`)).status, (await call('DELETE', `/api/v1/exports?id=${job.id}`)).status, await list(call)]).toEqual([404, 404, []])
})

test('what is removed of a project or of one of its consumers is in no file', async () => {
  const { server, key, call } = await startWithRequests()
  const files = () => readdirSync(join(server.dataDir, 'exports')).filter((name) => name !== 'folder-name')
  await make(call, { format: 'ndjson', requests: {} })

  await call('POST', '/api/v1/erasures', { kind: 'user', consumer: 'eve' })
  expect(await list(call)).toEqual([])
  const after = await make(call, { format: 'ndjson', requests: {} }).then((job) => fetchFile(server, call, job)).catch(() => null)
  expect((await after?.text()) ?? '').not.toContain('eve')
  await vi.waitFor(async () => expect((await call<{ readonly erasures: readonly { readonly doneAt: number | null }[] }>('GET', '/api/v1/erasures')).body.erasures[0]?.doneAt).not.toBeNull(), PATIENCE)

  await make(call, { format: 'parquet', requests: {} })
  await fetch(`${server.url}/api/v1/project/data`, { method: 'DELETE', headers: { authorization: `Bearer ${key}` } })
  expect([await list(call), files()]).toEqual([[], []])
})

test.each([
  [{ format: 'xml', requests: {} }, '/format'],
  [{ format: 'csv' }, 'either'],
  [{ format: 'csv', requests: {}, query: { metrics: ['requests'] } }, 'either'],
  [{ format: 'csv', requests: { ip: '1' } }, 'ip'],
  [{ format: 'csv', requests: { range: 'ever' } }, '/requests/range'],
  [{ format: 'csv', requests: { filter: ['is', 'path'] } }, '/requests/filter'],
  [{ format: 'csv', query: { metrics: ['hits'] } }, '/query/metrics/0'],
  [{ format: 'csv', query: { metrics: ['requests'], cursor: 'x' } }, '/query/cursor'],
])('%j is refused, with where the mistake is', async (input, where) => {
  const server = await startTestServer()
  const { status, body } = await callWith(server, await server.key('read'))('POST', '/api/v1/exports', input)

  expect([status, String(body['detail'])]).toEqual([400, expect.stringContaining(where)])
})

test('a project has five exports under way at most', async () => {
  const server = await startTestServer({ exportMaxBytes: 1 })
  const call = callWith(server, await server.key('read'))
  const statuses = await Promise.all(Array.from({ length: 12 }, async () => (await call('POST', '/api/v1/exports', { format: 'parquet', requests: {} })).status))

  expect(new Set(statuses)).toEqual(new Set([202, 409]))
})

test('files take no more than they may together: one that would is not made, says why, and leaves nothing', async () => {
  const server = await startTestServer({ exportMaxBytes: 1_000 })
  const key = await server.key('admin')
  const events = Array.from({ length: 20 }, (_, at) => sampleEvent({ seq: at + 1, time: Date.now() - 60_000 }))
  await server.deliver(sampleBatch(events), key)
  const call = callWith(server, key)

  const job = await make(call, { format: 'csv', requests: {} })

  expect([job.state, job.problem]).toEqual(['failed', expect.stringContaining('more than the server lets them')])
  expect(readdirSync(join(server.dataDir, 'exports'))).toEqual(['folder-name'])
})

test('viewers fetch files, members and keys that read make them, and the audit log has who did what', async () => {
  const { server, call } = await startWithRequests()
  const owner = await openAsOwner(server)
  const { body } = await owner.call('GET', '/api/v1/projects')
  const [project] = body['projects'] as readonly { readonly id: string }[]
  const inProject = { 'x-wayside-project': String(project?.id) }
  const invite = async (role: string) => {
    const person = await openAsInvited(server, owner, `${role}@example.org`, 'member')
    await owner.call('PUT', '/api/v1/people/grant', { person: person.id, project: project?.id, role })
    return person
  }
  const [viewer, member] = [await invite('viewer'), await invite('member')]
  const input = { format: 'csv', requests: {} }
  const job = await make(call, input)

  expect((await viewer.call('POST', '/api/v1/exports', input, inProject)).status).toBe(403)
  expect((await viewer.call('DELETE', `/api/v1/exports?id=${job.id}`, undefined, inProject)).status).toBe(403)
  expect((await member.call('POST', '/api/v1/exports', input, inProject)).status).toBe(202)
  const { body: link } = await viewer.call('POST', '/api/v1/exports/link', { id: job.id }, inProject)
  expect((await fetch(`${server.url}${String(link['url'])}`)).status).toBe(200)
  await call('DELETE', `/api/v1/exports?id=${job.id}`)

  const { body: audit } = await owner.call('GET', '/api/v1/audit?limit=10')
  const entries = audit['entries'] as readonly { readonly actor: string; readonly action: string }[]
  expect(entries.filter(({ action }) => action.startsWith('export-')).map(({ actor, action }) => [actor.startsWith('person:') ? actor : 'key', action])).toEqual([
    ['key', 'export-removed'],
    [`person:${viewer.id}`, 'export-fetched'],
    [`person:${member.id}`, 'export-asked'],
    ['key', 'export-asked'],
  ])
})
