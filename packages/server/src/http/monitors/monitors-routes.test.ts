import type { MonitorCheck, MonitorIncident, MonitorReport } from '@wayside/protocol'
import { expect, test, vi } from 'vitest'
import { openAsInvited, openAsOwner } from '../../testing/browser.ts'
import { startTestServer, type TestServer } from '../../testing/start-test-server.ts'
import { startTarget } from '../../testing/toggled-target.ts'

const PATIENCE = { timeout: 60_000, interval: 50 }
const OPEN = { privateTargets: ['127.0.0.1'] }

/** Calls with a key, and answers with the status and the body. */
async function call<Body = Record<string, unknown>>(server: TestServer, key: string, method: string, path: string, body?: unknown) {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: (await response.json()) as Body }
}

test('a monitor is made, checked at once, changed, paused and removed', async () => {
  const server = await startTestServer(OPEN)
  const key = await server.key('admin')
  const target = await startTarget()

  const made = await call<MonitorReport>(server, key, 'POST', '/api/v1/monitors', { name: 'Shop', url: target.url, headers: { 'X-Secret': 's3cret' } })
  expect(made).toMatchObject({ status: 200, body: { name: 'Shop', method: 'GET', intervalMs: 60_000, headerNames: ['X-Secret'], state: null, incident: null, paused: false } })
  expect(JSON.stringify(made.body)).not.toContain('s3cret')
  expect(made.body.days).toHaveLength(90)
  const { id } = made.body

  await vi.waitFor(async () => expect((await call<MonitorReport>(server, key, 'GET', `/api/v1/monitor?id=${id}`)).body.state).toBe('up'), PATIENCE)
  const { body: history } = await call<{ checks: readonly MonitorCheck[] }>(server, key, 'GET', `/api/v1/monitor/checks?id=${id}`)
  expect(history.checks).toMatchObject([{ state: 'up', status: 200, connectUs: expect.any(Number), tlsUs: null }])
  expect((await call(server, key, 'GET', `/api/v1/monitor/latency?id=${id}`)).body).toMatchObject({ hours: [{ checks: 1 }], p50Us: expect.any(Number) })

  expect(await call(server, key, 'PATCH', `/api/v1/monitor?id=${id}`, { name: 'Cart', paused: true })).toMatchObject({ status: 200, body: { name: 'Cart', paused: true, headerNames: ['X-Secret'] } })
  expect((await call<{ monitors: readonly MonitorReport[] }>(server, key, 'GET', '/api/v1/monitors')).body.monitors).toMatchObject([{ id, name: 'Cart' }])
  expect((await call(server, key, 'DELETE', `/api/v1/monitor?id=${id}`)).status).toBe(200)
  expect((await call(server, key, 'GET', `/api/v1/monitor?id=${id}`)).status).toBe(404)
})

test('a target that fails opens an incident, and the same target well again closes it', async () => {
  const server = await startTestServer(OPEN)
  const key = await server.key('admin')
  const target = await startTarget()
  await target.turn('error')
  const { body } = await call<MonitorReport>(server, key, 'POST', '/api/v1/monitors', { name: 'Shop', url: target.url, failuresToOpen: 1, successesToClose: 1 })
  const incidents = async () => (await call<{ incidents: readonly MonitorIncident[] }>(server, key, 'GET', '/api/v1/incidents')).body.incidents

  await vi.waitFor(async () => expect(await incidents()).toMatchObject([{ monitor: body.id, endedAt: null, reason: 'it answered with status 500' }]), PATIENCE)
  expect((await call(server, key, 'GET', `/api/v1/monitor?id=${body.id}`)).body).toMatchObject({ state: 'down', incident: { endedAt: null } })
  await target.turn('ok')
  expect((await call(server, key, 'POST', `/api/v1/monitor/check?id=${body.id}`)).status).toBe(202)

  await vi.waitFor(async () => expect(await incidents()).toMatchObject([{ endedAt: expect.any(Number) }]), PATIENCE)
  expect((await call<MonitorReport>(server, key, 'GET', `/api/v1/monitor?id=${body.id}`)).body).toMatchObject({ state: 'up', incident: null })
})

test('a check can be tried before a monitor is made, and keeps nothing', async () => {
  const server = await startTestServer(OPEN)
  const key = await server.key('admin')
  const target = await startTarget({ answer: (request, response) => void response.end(String(request.headers['x-secret'])) })

  expect((await call(server, key, 'POST', '/api/v1/monitors/try', { url: target.url })).body).toMatchObject({ state: 'up', status: 200 })
  expect((await call<{ monitors: unknown }>(server, key, 'GET', '/api/v1/monitors')).body.monitors).toEqual([])
  expect((await call(server, key, 'POST', '/api/v1/monitors/try', { name: 'no address' })).status).toBe(422)
})

test('a project tries a bounded number of checks a minute', async () => {
  const server = await startTestServer({ monotonicMs: () => 0 })
  const key = await server.key('admin')
  const attempt = async (by: string) => (await call(server, by, 'POST', '/api/v1/monitors/try', { url: 'http://127.0.0.1/' })).status
  const statuses: number[] = []
  for (let count = 0; count < 31; count++) statuses.push(await attempt(key))

  expect(statuses).toEqual([...Array.from({ length: 30 }, () => 200), 429])
  expect(await attempt(await server.key('admin', 'other'))).toBe(200)
})

test('headers that nobody is shown are not sent to another host', async () => {
  const server = await startTestServer(OPEN)
  const key = await server.key('admin')
  const seen: string[] = []
  const answer = (request: { readonly headers: NodeJS.Dict<string | string[]> }, response: { end(): void }) => {
    seen.push(String(request.headers['x-secret']))
    response.end()
  }
  const [target, other] = [await startTarget({ answer }), await startTarget({ answer })]
  const { body } = await call<MonitorReport>(server, key, 'POST', '/api/v1/monitors', { name: 'Shop', url: target.url, headers: { 'X-Secret': 's3cret' }, paused: true })

  await call(server, key, 'POST', `/api/v1/monitors/try?id=${body.id}`, { method: 'POST' })
  await call(server, key, 'POST', `/api/v1/monitors/try?id=${body.id}`, { url: other.url })
  const moved = await call<MonitorReport>(server, key, 'PATCH', `/api/v1/monitor?id=${body.id}`, { url: other.url })

  expect(seen).toEqual(['s3cret', 'undefined'])
  expect(moved.body.headerNames).toEqual([])
})

test('private addresses are not connected to where the operator has not opened them', async () => {
  const server = await startTestServer()
  const key = await server.key('admin')
  const target = await startTarget()

  const tried = await call(server, key, 'POST', '/api/v1/monitors/try', { url: target.url })
  expect(tried.body).toMatchObject({ state: 'down', status: null, reason: expect.stringContaining('private network') })
  const { body } = await call<MonitorReport>(server, key, 'POST', '/api/v1/monitors', { name: 'Inside', url: `http://localhost:${target.port}/` })
  await vi.waitFor(async () => expect((await call<MonitorReport>(server, key, 'GET', `/api/v1/monitor?id=${body.id}`)).body.state).toBe('down'), PATIENCE)

  expect(target.seen).toEqual({ requests: 0, connections: 0 })
})

test.each([
  [{ name: '' }, 'The name must'],
  [{ url: 'ftp://example.org/' }, 'The URL must be'],
  [{ url: 'https://example.org/\u001b[31m' }, 'The URL must be'],
  [{ url: 'https://ada:secret@example.org/' }, 'must not hold a user name'],
  [{ timeoutMs: 30_000, intervalMs: 20_000 }, 'The timeout'],
  [{ expectedStatus: '2xx' }, 'The expected status'],
  [{ headers: { Host: 'x' } }, 'The header Host'],
  [{ headers: { 'x y': 'x' } }, 'The name of a header'],
  [{ headers: { x: 'a\r\nb: c' } }, 'The value of the header x'],
  [{ body: { rule: 'matches', text: '(?=x)' } }, 'The pattern'],
  [{ body: { rule: 'matches', text: '(\\pL{30}){30}' } }, 'The pattern'],
  [{ body: { rule: 'matches', text: '.{300}' } }, 'too costly'],
  [{ body: { rule: 'contains', text: '' } }, 'The text'],
])('%j is refused with what to change', async (over, advice) => {
  const server = await startTestServer()
  const answer = await call(server, await server.key('admin'), 'POST', '/api/v1/monitors', { name: 'Shop', url: 'https://example.org/', ...over })

  expect(answer).toMatchObject({ status: 422, body: { detail: expect.stringContaining(advice) } })
})

test('what is out of bounds or unknown is refused', async () => {
  const server = await startTestServer()
  const key = await server.key('admin')
  for (const over of [{ intervalMs: 19_999 }, { timeoutMs: 30_001 }, { method: 'TRACE' }, { maxRedirects: 11 }, { failuresToOpen: 0 }, { colour: 'red' }])
    expect([over, (await call(server, key, 'POST', '/api/v1/monitors', { name: 'Shop', url: 'https://example.org/', ...over })).status]).toEqual([over, 400])
})

test('maintenance is planned, listed and ended', async () => {
  const server = await startTestServer()
  const key = await server.key('admin')
  const now = Date.now()
  const { body: monitor } = await call<MonitorReport>(server, key, 'POST', '/api/v1/monitors', { name: 'Shop', url: 'https://example.org/', paused: true })

  const whole = await call<{ id: number }>(server, key, 'POST', '/api/v1/maintenance', { monitor: null, from: now, to: now + 60_000, note: 'A new database' })
  const one = await call<{ id: number }>(server, key, 'POST', '/api/v1/maintenance', { monitor: monitor.id, from: now + 3_600_000, to: now + 7_200_000, note: '' })
  expect((await call(server, key, 'GET', '/api/v1/maintenance')).body).toMatchObject({ windows: [{ monitor: null, note: 'A new database' }, { monitor: monitor.id }] })
  expect((await call<MonitorReport>(server, key, 'GET', `/api/v1/monitor?id=${monitor.id}`)).body.inMaintenance).toBe(true)
  for (const { body } of [whole, one]) expect((await call(server, key, 'DELETE', `/api/v1/maintenance?window=${body.id}`)).status).toBe(200)
  expect((await call(server, key, 'DELETE', `/api/v1/maintenance?window=${one.body.id}`)).status).toBe(404)

  // What has been is kept, what was planned is gone.
  expect((await call<{ windows: unknown[] }>(server, key, 'GET', '/api/v1/maintenance')).body.windows).toHaveLength(1)
  expect((await call<MonitorReport>(server, key, 'GET', `/api/v1/monitor?id=${monitor.id}`)).body.inMaintenance).toBe(false)
  for (const [window, status] of [
    [{ monitor: null, from: now - 3_600_000, to: now, note: '' }, 422],
    [{ monitor: null, from: now + 10, to: now, note: '' }, 422],
    [{ monitor: 'nobody', from: now, to: now + 10, note: '' }, 404],
  ] as const)
    expect((await call(server, key, 'POST', '/api/v1/maintenance', window)).status).toBe(status)
})

test('viewers look, members look after monitors, and what they do is in the audit log', async () => {
  const server = await startTestServer()
  const owner = await openAsOwner(server)
  const { body: project } = await owner.call('POST', '/api/v1/projects', { name: 'shop' })
  const people = await Promise.all(
    (['viewer', 'member'] as const).map(async (role) => {
      const person = await openAsInvited(server, owner, `${role}@example.org`, role)
      await owner.call('PUT', '/api/v1/people/grant', { person: person.id, project: project['id'], role })
      return person
    }),
  )
  const statuses = await Promise.all(
    people.map(async (person) => [(await person.call('GET', '/api/v1/monitors')).status, (await person.call('POST', '/api/v1/monitors', { name: 'Shop', url: 'https://example.org/', paused: true })).status]),
  )

  expect(statuses).toEqual([
    [200, 403],
    [200, 200],
  ])
  const { body: audit } = await owner.call('GET', '/api/v1/audit')
  expect(audit['entries']).toContainEqual(expect.objectContaining({ action: 'monitor-created', actor: `person:${people[1]?.id}`, subject: expect.stringContaining('Shop') }))
})
