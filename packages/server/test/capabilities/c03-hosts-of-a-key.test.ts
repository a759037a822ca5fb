import type { QueryAnswer } from '@wayside/protocol'
import { expect, test } from 'vitest'
import { sampleBatch } from '../../src/testing/sample-batch.ts'
import { sampleEvent } from '../../src/testing/sample.ts'
import { startTestServer } from '../../src/testing/start-test-server.ts'

test('C3: several APIs under one key are one project, told apart by their hosts', async () => {
  const server = await startTestServer()
  const key = await server.key('combined')
  const hosts = ['api.example.com', 'api.example.com', 'pay.example.com']
  await server.deliver(sampleBatch(hosts.map((host, at) => sampleEvent({ seq: at + 1, time: Date.now() - 60_000, host, path: `/${at}` }))), key)
  const ask = async (query: object) => (await (await server.get(`/api/v1/query?q=${encodeURIComponent(JSON.stringify(query))}`, key)).json()) as QueryAnswer

  expect((await ask({ metrics: ['requests'], dimensions: ['host'] })).rows).toEqual([
    ['api.example.com', 2],
    ['pay.example.com', 1],
  ])
  expect((await ask({ metrics: ['requests'], filter: ['is', 'host', ['pay.example.com']] })).rows).toEqual([[1]])
  const data = await fetch(`${server.url}/api/data?hostname=pay.example.com`, { headers: { 'x-auth-token': key } })
  expect(((await data.json()) as readonly { readonly path: string }[]).map(({ path }) => path)).toEqual(['/2'])
})
