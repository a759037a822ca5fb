import { expect, test } from 'vitest'
import { sampleBatch } from '../../server/src/testing/sample-batch.ts'
import { sampleEvent } from '../../server/src/testing/sample.ts'
import { startTestServer } from '../../server/src/testing/start-test-server.ts'
import { createClient } from '../src/index.ts'

/** A server with three requests, one of which failed, and its client. */
async function start() {
  const server = await startTestServer()
  const key = await server.key('combined')
  const ago = (seconds: number) => Date.now() - seconds * 1_000
  const failed = { status: 500, errorClass: 'TypeError', errorFingerprint: 'f00d' }
  const events = [sampleEvent({ seq: 0, time: ago(30), userId: 'ada' }), sampleEvent({ seq: 1, time: ago(20), userId: 'bob' }), sampleEvent({ seq: 2, time: ago(10), path: '/late', ...failed })]
  const stacks = [{ fingerprint: 'f00d', errorClass: 'TypeError', frames: ['loadUser (src/users.ts:12:9)'] }]
  const send = (batch: object) => server.post('/api/v1/events', JSON.stringify(batch), { authorization: `Bearer ${key}` })
  const taken = await send({ ...sampleBatch(events), stacks })
  expect(taken.ok, await taken.text()).toBe(true)
  await server.drain()
  return { server, send, client: createClient({ url: server.url, apiKey: key }), options: { url: server.url, apiKey: key } }
}

test('a real server answers queries, batches, pages and the overview', async () => {
  const { client } = await start()

  expect(await client.query({ metrics: ['requests'] })).toMatchObject({ rows: [[3]], nextCursor: null })
  expect(await client.queries({ total: { metrics: ['requests'] }, zone: { metrics: ['requests'], timeZone: 'Mars/Base' } })).toMatchObject({
    answers: { total: { rows: [[3]] } },
    problems: { zone: { status: 400, pointer: '/timeZone' } },
  })
  expect(await client.overview('7d')).toMatchObject({ period: '7d', totals: { requests: 3 } })
  const statuses: unknown[] = []
  for await (const page of client.pages({ metrics: ['requests'], dimensions: ['status'], limit: 1 })) statuses.push(...page.rows)
  expect(statuses).toEqual([[200, 2], [500, 1]])
})

test('a real server answers what people ask every day', async () => {
  const { client } = await start()
  const range = '1h'

  expect((await client.timeseries({ range, interval: 'minute', by: 'statusClass', filter: ['is', 'status', [500]] })).rows.map(([, statusClass, requests]) => [statusClass, requests])).toEqual([['5xx', 1]])
  expect((await client.endpoints({ range, compare: 'previous', limit: 1 })).rows[0]?.slice(0, 2)).toEqual(['GET /users/:id', 3])
  expect((await client.endpoint('GET /users/:id', { range })).answers.statuses?.rows).toEqual([[200, 2], [500, 1]])
  expect((await client.errors({ by: 'fingerprint' })).rows[0]?.slice(0, 3)).toEqual(['f00d', 'TypeError', 'GET /users/:id'])
  expect(await client.error('f00d')).toMatchObject({ stack: { frames: ['loadUser (src/users.ts:12:9)'] }, problems: {} })
  expect((await client.consumers({ range: { from: Date.now() - 3_600_000, to: Date.now() } })).rows.map(([consumer]) => consumer).toSorted()).toContain('ada')
  expect((await client.consumer('bob')).answers.endpoints?.rows[0]?.slice(0, 2)).toEqual(['GET /users/:id', 1])
  expect((await client.values('status', { limit: 1 })).rows).toEqual([[200, 2]])

  const requests = []
  for await (const request of client.requests({ limit: 2, order: 'oldest', filter: ['lt', 'status', 600] })) requests.push(request)
  expect(requests.map(({ status }) => status)).toEqual([200, 200, 500])
  expect(await client.request(requests[2] ?? { time: 0, id: 0 })).toEqual(requests[2])
})

test('a real server looks after monitors', async () => {
  const { client } = await start()

  const made = await client.createMonitor({ name: 'Shop', url: 'https://shop.example.com/', paused: true })
  expect(await client.changeMonitor(made.id, { name: 'Cart' })).toMatchObject({ id: made.id, name: 'Cart', paused: true })
  const from = Date.now()
  expect(await client.planMaintenance({ monitor: made.id, from, to: from + 60_000, note: 'Deploy' })).toMatchObject({ monitor: made.id, note: 'Deploy' })
  expect(await client.monitors()).toMatchObject([{ name: 'Cart', state: null, inMaintenance: true }])
  expect(await client.incidents({ monitor: made.id, limit: 10 })).toEqual([])
  await client.removeMonitor(made.id)
  expect(await client.monitors()).toEqual([])
})

test('a real server tells what happens now, until the loop is left', async () => {
  const { client, send } = await start()
  const paths: string[] = []
  for await (const { requests } of client.live({ filter: ['startsWith', 'path', ['/late']] })) {
    paths.push(...requests.map(({ path }) => path))
    if (paths.length === 1) await send(sampleBatch([sampleEvent({ seq: 3, time: Date.now(), path: '/later' })]))
    if (paths.length === 2) break
  }
  expect(paths).toEqual(['/late', '/later'])
})

test('a real server refuses a wrong key, a wrong query and one that is too much', async () => {
  const { client, options } = await start()

  await expect(createClient({ ...options, apiKey: 'way_read_wrong' }).overview()).rejects.toMatchObject({ name: 'WaysideApiError', status: 401 })
  await expect(createClient({ ...options, url: `${options.url}/elsewhere` }).overview()).rejects.toMatchObject({ status: 404 })
  await expect(client.query({ metrics: ['requests'], range: { from: 'never', to: 'ever' } })).rejects.toMatchObject({ status: 400, pointer: expect.stringContaining('/range') })
  await expect(client.query({ metrics: ['requests'], range: '30d', dimensions: ['time:minute'] })).rejects.toMatchObject({ status: 422, pointer: '/range', message: expect.stringContaining('longer interval') })
})
