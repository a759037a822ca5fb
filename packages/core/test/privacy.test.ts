import type { IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
import { recordedFields } from '../src/index.ts'
import { captured, startApp, type AppOptions } from './app.ts'
import { listen, startReceiver, type Attempt } from './receiver.ts'

const IP = '203.0.113.77'

test('level 0 sends the IP', async () => {
  const { events } = await visit({ trustProxy: 1 })
  expect(events).toMatchObject([{ ip: IP }])
})

test('level 1 sends the network, and no byte that leaves holds the IP', async () => {
  const { events, attempts } = await visit({ trustProxy: 1, privacyLevel: 1 })
  expect(events).toMatchObject([{ ip: '203.0.113.0/24' }])
  for (const { json, headers } of attempts) expect(JSON.stringify([json, headers])).not.toContain(IP)
})

test('level 1 sends the network of what the mapper returns, too', async () => {
  const { events } = await visit({ privacyLevel: 1, getIpAddress: () => '2001:db8:1:2::3' })
  expect(events).toMatchObject([{ ip: '2001:db8:1::/48' }])
})

test('level 2 records an exchange whose remoteAddress cannot be read, and asks no mapper', async () => {
  let asked = 0
  const guard = (request: IncomingMessage) =>
    Object.defineProperty(request.socket, 'remoteAddress', {
      configurable: true,
      get: () => {
        asked++
        throw new Error('the address was read')
      },
    })
  const { events } = await visit({ privacyLevel: 2, trustProxy: 1, getIpAddress: () => String(asked++) }, guard)
  expect(events).toMatchObject([{ ip: null, status: 500 }])
  expect(asked).toBe(0)
})

test.each([0, 1, 2] as const)('at level %i nothing leaves but the fields that are listed', async (privacyLevel) => {
  for (const options of [{ privacyLevel }, { privacyLevel, ...everyField }]) {
    const { attempts, app } = await visit(options)
    const listed = recordedFields({ apiKey: 'ingest-key', ...options })
    const names = (part: string) => listed.filter((field) => field.part === part).map((field) => field.name)
    for (const attempt of attempts) {
      expect(batchMembers(attempt)).toSatisfy((sent: string[]) => sent.every((name) => names('batch').includes(name)))
      expect(eventMembers(attempt)).toSatisfy((sent: string[]) => sent.every((name) => names('event').includes(name)))
      // What every HTTP request has besides: about the connection and the body, not about the app.
      const usual = ['host', 'connection', 'content-type', 'content-length', 'content-encoding']
      expect(Object.keys(attempt.headers).filter((name) => !usual.includes(name)).sort()).toEqual(names('header').sort())
    }
    expect(app.recorder.stats().dropped).toEqual({})
    // The list promises no more than is sent: with every option set, every listed field is there.
    if ('getTags' in options) expect(new Set(attempts.flatMap(eventMembers))).toEqual(new Set(names('event')))
  }
})

test('what is sent only with several receivers is listed only with several', () => {
  const headers = (receivers: string) => recordedFields({ apiKey: 'k', receivers }).flatMap(({ part, name }) => (part === 'header' ? [name] : []))
  expect(headers('http://127.0.0.1:1 | http://127.0.0.1:2')).toEqual(expect.arrayContaining(['x-wayside-receivers', 'x-wayside-ambiguous']))
  expect(headers('http://127.0.0.1:1')).toEqual(['authorization', 'x-wayside-batch', 'x-wayside-sent-at'])
})

test('an option that sends nothing is not listed', () => {
  const names = recordedFields({ apiKey: 'k', privacyLevel: 2 }).map((field) => field.name)
  expect(names).not.toEqual(expect.arrayContaining(['ip']))
  expect(names).not.toEqual(expect.arrayContaining(['userId']))
  expect(recordedFields({ enabled: false })).toEqual([])
})

const everyField: AppOptions = {
  environment: 'test',
  service: 'shop',
  serviceVersion: '1.2.3',
  instance: 'one',
  errorMessages: true,
  getUserId: () => 'user-7',
  getApiKey: () => 'consumer-key',
  getOAuthClientId: () => 'client-9',
  getTags: () => ({ plan: 'free' }),
}

/** One failing exchange with an upstream call and one aborted exchange, and what arrived for them. */
async function visit(options: AppOptions, before?: (request: IncomingMessage) => void) {
  const receiver = await startReceiver()
  const upstream = await listen((_, response) => response.end())
  const app = await startApp(
    { serverUrl: receiver.url, ...options },
    async (request, response, observation) => {
      if (request.url === '/gone') return void response.destroy()
      await fetch(upstream)
      observation?.fail(new TypeError('no such thing'))
      response.writeHead(500).end('sorry')
    },
    '/things/:id',
    before,
  )
  await fetch(`${app.url}/things/7?token=secret`, { headers: { 'x-forwarded-for': IP } })
  await fetch(`${app.url}/gone`).catch(() => undefined)
  await captured(app.recorder, 2)
  await app.recorder.flush()
  for (const { json } of receiver.attempts) expect(JSON.stringify(json)).not.toContain('secret')
  return { app, attempts: receiver.attempts, events: receiver.events.filter((event) => event.path === '/things/7') }
}

function batchMembers({ json }: Attempt): string[] {
  return Object.keys(json).filter((name) => name !== 'columns')
}

function eventMembers({ json }: Attempt): string[] {
  const columns = json['columns']
  if (typeof columns !== 'object' || columns === null) throw new Error('a batch has no columns')
  return Object.entries(columns).flatMap(([name, column]) =>
    typeof column === 'object' && column !== null && 'members' in column ? Object.keys(Object(column.members)) : [name],
  )
}
