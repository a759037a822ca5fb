import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { sampleBatch } from '../../testing/sample-batch.ts'
import { sampleEvent } from '../../testing/sample.ts'
import { startTestServer } from '../../testing/start-test-server.ts'

const RULE = { name: 'errors', metric: 'serverErrors', dimension: 'endpoint', windowMinutes: 1, condition: { kind: 'threshold', comparison: 'gte', value: 3 }, recoverMinutes: 5 }

async function setUp() {
  const told: { readonly event: string; readonly title: string }[] = []
  const hook = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => (body += String(chunk)))
    request.on('end', () => {
      told.push(JSON.parse(body))
      response.end()
    })
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void hook.close())
  await new Promise((resolve) => hook.once('listening', resolve))
  let laterMs = 0
  const server = await startTestServer({ privateTargets: ['127.0.0.1'], now: () => Date.now() + laterMs })
  const [admin, ingest] = [await server.key('admin'), await server.key('ingest')]
  const call = async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${server.url}/api/v1/${path}`, { method, headers: { authorization: `Bearer ${admin}`, ...(body !== undefined && { 'content-type': 'application/json' }) }, ...(body !== undefined && { body: JSON.stringify(body) }) })
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> & { alerts?: Record<string, unknown>[] } }
  }
  return { server, ingest, call, told, hookUrl: `http://127.0.0.1:${(hook.address() as AddressInfo).port}/`, pass: (ms: number) => void (laterMs += ms) }
}

test('a rule finds what happens, tells its channel of the beginning and of the end, and somebody says that they know', async () => {
  const { server, ingest, call, told, hookUrl, pass } = await setUp()
  const { body: channel } = await call('POST', 'channels', { kind: 'webhook', name: 'ops', address: hookUrl })
  expect(channel).toMatchObject({ target: new URL(hookUrl).host, secret: expect.stringMatching(/^whsec_/) })
  const { body: rule } = await call('POST', 'alert-rules', { ...RULE, channels: [channel['id']] })
  const fail = sampleBatch([0, 1, 2].map((seq) => sampleEvent({ seq, time: Date.now() + 1_000, status: 503 })))
  await server.deliver(fail, ingest)
  pass(80_000)

  await vi.waitFor(() => expect(told.map(({ event }) => event)).toEqual(['alert.fired']), { timeout: 20_000, interval: 100 })
  expect(told[0]?.title).toContain('server errors (5xx) of endpoint GET /users/:id were 3 in a minute, at least 3')
  const [alert] = (await call('GET', 'alerts')).body.alerts ?? []
  expect(alert).toMatchObject({ rule: rule['id'], value: 'GET /users/:id', observed: 3, bound: 3, endedAt: null, acknowledgedAt: null })
  expect((await call('POST', `alert/acknowledge?id=${String(alert?.['id'])}`, {})).body).toMatchObject({ acknowledgedBy: expect.stringMatching(/./) })

  pass(360_000)
  await vi.waitFor(() => expect(told.map(({ event }) => event)).toEqual(['alert.fired', 'alert.recovered']), { timeout: 20_000, interval: 100 })
  expect((await call('GET', 'alerts')).body.alerts).toMatchObject([{ endedAt: expect.any(Number) }])

  const dry = (await call('POST', 'alert-rules/dry-run', { rule: RULE, hours: 1 })).body
  expect(dry).toMatchObject({ windows: 60, alerts: [{ value: 'GET /users/:id', observed: 3 }] })
}, 90_000)

test('a rule with a mistake is refused with what to change', async () => {
  const { call } = await setUp()
  const refused = async (body: object) => {
    const { status, body: answer } = await call('POST', 'alert-rules', { ...RULE, ...body })
    return [status, answer['detail']]
  }
  const band = { kind: 'band', low: 5, high: 95, history: 10, minHistory: 1, minExpected: 0 }

  expect(await refused({ windowMinutes: 5, condition: band })).toEqual([422, expect.stringContaining('1, 15, 60 or 1440')])
  expect(await refused({ condition: { ...band, low: 95 } })).toEqual([422, expect.stringContaining('low must be below high')])
  expect(await refused({ dimension: null, condition: { kind: 'newValue', history: 5 } })).toEqual([422, expect.stringContaining('needs a dimension')])
  expect(await refused({ dimension: 'endpiont' })).toEqual([422, expect.stringContaining('endpoint')])
  expect(await refused({ channels: ['none'] })).toEqual([422, expect.stringContaining('no channel "none"')])
  expect((await refused({ filter: ['is', 'metod', ['GET']] }))[0]).toBe(400)
  expect((await refused({ severity: 'awful' }))[0]).toBe(400)
  expect((await call('POST', 'channels', { kind: 'webhook', name: 'x', address: 'ftp://example.org/' })).status).toBe(400)
  expect(await call('POST', 'channels', { kind: 'email', name: 'x', address: 'ada@example.org' })).toMatchObject({ status: 409, body: { detail: expect.stringContaining('--smtp-url') } })
})

test('templates become rules with the parameters that are given, and say what they do not know', async () => {
  const { call } = await setUp()
  const { body } = await call('GET', 'alert-templates')
  expect((body['templates'] as { readonly name: string }[]).map(({ name }) => name)).toContain('health')

  const made = await call('POST', 'alert-templates/rule', { template: 'limit-hitting', parameters: { requests: 50 }, name: 'Too many 429' })
  expect(made).toMatchObject({ status: 200, body: { name: 'Too many 429', condition: { value: 50 }, dimension: 'consumer', firing: 0, fault: null } })
  expect((await call('POST', 'alert-templates/rule', { template: 'helth' })).body['detail']).toContain('Did you mean "health"')
  expect((await call('POST', 'alert-templates/rule', { template: 'health', parameters: { minutes: 61 } })).body['detail']).toContain('from 1 to 60')

  const id = String(made.body['id'])
  expect((await call('PATCH', `alert-rule?id=${id}`, { enabled: false })).body).toMatchObject({ enabled: false, name: 'Too many 429' })
  expect((await call('DELETE', `alert-rule?id=${id}`)).body).toEqual({ removed: true })
  expect((await call('GET', 'alert-rules')).body).toEqual({ rules: [] })
})
