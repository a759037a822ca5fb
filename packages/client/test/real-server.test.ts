import { expect, test } from 'vitest'
import { startTestServer } from '../../server/src/testing/start-test-server.ts'
import { createClient } from '../src/index.ts'

test('a real server answers queries, batches, pages and the overview', async () => {
  const server = await startTestServer()
  const client = createClient({ url: server.url, apiKey: await server.key('read') })

  expect(await client.query({ metrics: ['requests'] })).toMatchObject({ rows: [[0]], nextCursor: null })
  expect(await client.queries({ total: { metrics: ['requests'] }, zone: { metrics: ['requests'], timeZone: 'Mars/Base' } })).toMatchObject({
    answers: { total: { rows: [[0]] } },
    problems: { zone: { status: 400, pointer: '/timeZone' } },
  })
  expect(await client.overview('7d')).toMatchObject({ period: '7d', totals: { requests: 0 } })
  for await (const page of client.pages({ metrics: ['requests'], dimensions: ['endpoint'] })) expect(page.rows).toEqual([])
})

test('a real server refuses a wrong key and a wrong query', async () => {
  const server = await startTestServer()
  const options = { url: server.url, apiKey: await server.key('read') }

  await expect(createClient({ ...options, apiKey: 'way_read_wrong' }).overview()).rejects.toMatchObject({ name: 'WaysideApiError', status: 401 })
  await expect(createClient(options).query({ metrics: ['requests'], range: { from: 'never', to: 'ever' } })).rejects.toMatchObject({ status: 400, pointer: expect.stringContaining('/range') })
})
