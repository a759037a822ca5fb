import assert from 'node:assert/strict'
import type { ApiEvent } from '@wayside/protocol'
import type { ContractCase } from '../contract-case.ts'
import { withSession } from '../contract-session.ts'
import { openRaw, readToEnd } from '../loopback-client.ts'

/** Exchanges that overlap keep to themselves. */
export const concurrencyCases: readonly ContractCase[] = [
  {
    name: 'does not mix requests that overlap below a mount with a parameter',
    needs: ['parameterMount'],
    run: (harness) =>
      withSession(harness, {}, async ({ send, events, gate }) => {
        gate.holdUntil(4)
        await Promise.all(['/t/a/wait/1', '/t/b/x/wait/2', '/t/c/wait/3', '/t/wait/x/wait/x'].map((path) => send(path)))
        const routes = Object.fromEntries((await events(4)).map(({ path, route }) => [path, route]))
        assert.deepEqual(routes, {
          '/t/a/wait/1': '/t/:tenant/wait/:id',
          '/t/b/x/wait/2': '/t/:tenant/x/wait/:id',
          '/t/c/wait/3': '/t/:tenant/wait/:id',
          '/t/wait/x/wait/x': '/t/:tenant/x/wait/:id',
        })
      }),
  },
  {
    name: 'does not mix 1,000 requests that overlap, pipelined on 100 kept-alive connections',
    needs: ['parameterMount'],
    run: (harness) =>
      withSession(harness, { mounts: [{ getUserId: (source) => harness.header(source, 'x-user') }] }, async (session) => {
        session.gate.holdUntil(1_000)
        const sockets = Array.from({ length: 100 }, (_, connection) =>
          openRaw(session.app.port, pipeline(connection)).then(readToEnd),
        )
        await Promise.all(sockets)
        for (const event of await session.events(1_000)) assert.deepEqual(told(event), expected(event.userId ?? ''))
      }),
  },
  {
    name: 'records each request of a kept-alive connection on its own',
    run: (harness) =>
      withSession(harness, {}, async ({ app, events }) => {
        const get = (path: string, close = false) =>
          `GET ${path} HTTP/1.1\nHost: a\n${close ? 'Connection: close\n' : ''}\n`
        const answers = await readToEnd(await openRaw(app.port, get('/flat/1') + get('/nope') + get('/json', true)))
        assert.equal(answers.toString().match(/HTTP\/1\.1 /g)?.length, 3)
        const recorded = (await events(3)).map(({ path, route, status }) => ({ path, route, status }))
        assert.deepEqual(
          recorded.toSorted((one, other) => one.path.localeCompare(other.path)),
          [
            { path: '/flat/1', route: '/flat/:id', status: 200 },
            { path: '/json', route: '/json', status: 200 },
            { path: '/nope', route: null, status: 404 },
          ],
        )
      }),
  },
]

function pipeline(connection: number): string {
  return Array.from({ length: 10 }, (_, at) => {
    const id = `${connection}-${at}`
    const path = at % 2 === 0 ? `/t/t${id}/wait/${id}` : `/t/t${id}/x/wait/${id}`
    return `GET ${path} HTTP/1.1\nHost: a\nx-user: ${id}\n${at === 9 ? 'Connection: close\n' : ''}\n`
  }).join('')
}

function told({ path, route, status, outcome, responseBytes }: ApiEvent) {
  return { path, route, status, outcome, responseBytes }
}

function expected(id: string) {
  const even = Number(id.split('-')[1]) % 2 === 0
  return {
    path: even ? `/t/t${id}/wait/${id}` : `/t/t${id}/x/wait/${id}`,
    route: even ? '/t/:tenant/wait/:id' : '/t/:tenant/x/wait/:id',
    status: 200,
    outcome: 'completed',
    responseBytes: JSON.stringify({ tenant: `t${id}`, id }).length,
  }
}
