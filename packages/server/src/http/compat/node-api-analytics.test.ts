import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import Fastify from 'fastify'
import Koa from 'koa'
import { Config, expressAnalytics, koaAnalytics, useFastifyAnalytics } from 'node-api-analytics'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { startTestServer, type TestServer } from '../../testing/start-test-server.ts'

/** That client sends when a request comes more than a minute after the last time it sent. */
const AFTER_A_MINUTE_MS = 61_000

type MakeApp = (key: string, config: Config) => RequestListener | Promise<RequestListener>

const APPS: readonly { readonly framework: string; readonly makeApp: MakeApp }[] = [
  {
    framework: 'Express',
    makeApp: (key, config) =>
      express()
        .use(expressAnalytics(key, config))
        .get('/users/:id', (_request, response) => void response.status(202).send('ok')),
  },
  {
    framework: 'Fastify',
    makeApp: async (key, config) => {
      const app = Fastify()
      useFastifyAnalytics(app, key, config)
      app.get('/users/:id', async (_request, reply) => reply.code(202).send('ok'))
      await app.ready()
      return (request, response) => app.routing(request, response)
    },
  },
  {
    framework: 'Koa',
    makeApp: (key, config) => {
      const app = new Koa().use(koaAnalytics(key, config))
      app.use((ctx) => {
        ctx.status = 202
        ctx.body = 'ok'
      })
      return app.callback()
    },
  },
]

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }))
afterEach(() => void vi.useRealTimers())

test.each(APPS)('what node-api-analytics sends from $framework lands in /api/data', async ({ framework, makeApp }) => {
  const server = await startTestServer()
  const key = await server.key('combined')
  const config = Object.assign(new Config(), { serverUrl: server.url, getUserID: () => 'ada' })
  const app = createServer(await makeApp(key, config)).listen(0, '127.0.0.1')
  onTestFinished(() => void app.close())
  await new Promise((resolve) => app.once('listening', resolve))
  // Listening on a port makes the address an object.
  const { port } = app.address() as AddressInfo

  await fetch(`http://127.0.0.1:${port}/users/1?token=secret`)
  vi.setSystemTime(Date.now() + AFTER_A_MINUTE_MS)
  await fetch(`http://127.0.0.1:${port}/users/2`, {
    headers: { 'x-forwarded-for': '203.0.113.7, 10.0.0.1', 'user-agent': 'curl/8.5' },
  })

  const rows = await vi.waitFor(() => readRows(server, key), { timeout: 5_000 })
  expect(rows).toMatchObject([
    {
      hostname: `127.0.0.1:${port}`,
      path: '/users/1',
      method: 'GET',
      status: 202,
      ip_address: '127.0.0.1',
      user_id: 'ada',
    },
    {
      hostname: `127.0.0.1:${port}`,
      path: '/users/2',
      method: 'GET',
      status: 202,
      ip_address: '203.0.113.7',
      user_agent: 'curl/8.5',
    },
  ])
  expect(await (await server.get('/api/v1/requests', key)).json()).toMatchObject({
    requests: [{ framework, route: '/users/:id' }, { framework }],
  })
})

async function readRows(server: TestServer, key: string): Promise<unknown> {
  await server.drain()
  const rows: unknown = await (await fetch(`${server.url}/api/data`, { headers: { 'x-auth-token': key } })).json()
  expect(rows).toHaveLength(2)
  return rows
}
