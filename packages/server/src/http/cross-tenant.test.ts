import { expect, test, vi } from 'vitest'
import { openRegistry } from '../registry/open-registry.ts'
import { KEY_KINDS } from '../registry/registry.ts'
import { openAsInvited, openAsOwner, type TestBrowser } from '../testing/browser.ts'
import { sampleBatch } from '../testing/sample-batch.ts'
import { sampleEvent } from '../testing/sample.ts'
import { startTestServer, type TestServer } from '../testing/start-test-server.ts'

// Some hundred requests, one after the other.
vi.setConfig({ testTimeout: 300_000 })

/** Stands in every text of the project that nobody else may see. */
const MARK = 'zebra'

/** What belongs to that project. */
interface Victim {
  readonly id: string
  readonly key: string
  readonly keyId: string
  readonly ownerId: number
  readonly time: number
  readonly eventId: string
  readonly exportId: string
  /** Of a link to that export. */
  readonly exportToken: string
  readonly monitorId: string
  readonly windowId: number
  readonly channelId: string
  readonly ruleId: string
  readonly shareId: string
  /** Of a link that is locked to requests which there are none of. */
  readonly shareToken: string
}

const RULE = { name: 'another', metric: 'requests', windowMinutes: 1, condition: { kind: 'threshold', comparison: 'gt', value: 1 }, enabled: false }

const COUNT = { metrics: ['requests'], dimensions: ['route'], range: '24h' }

/** What parameters are given, wherever they stand. They point at the other project where they can. */
const PARAMETERS: Readonly<Record<string, (victim: Victim) => string>> = {
  q: () => JSON.stringify(COUNT),
  time: ({ time }) => String(time),
  id: ({ eventId }) => eventId,
  endpoint: () => `GET /${MARK}/:id`,
  consumer: () => `${MARK}-user`,
  fingerprint: () => 'f'.repeat(16),
  dimension: () => 'route',
  limit: () => '100',
  monitor: ({ monitorId }) => monitorId,
  days: () => '7',
  window: ({ windowId }) => String(windowId),
  slug: () => `${MARK}-page`,
  // Whoever has a link may follow it: here is another text of its form.
  token: ({ exportToken }) => exportToken.split('').toReversed().join(''),
}
/** Where a name means something else at another address, or would narrow what an answer shows. */
const PARAMETERS_AT: Readonly<Record<string, (victim: Victim) => string>> = {
  'DELETE /api/v1/keys?id': ({ keyId }) => keyId,
  'DELETE /api/v1/people?person': ({ ownerId }) => String(ownerId),
  'DELETE /api/v1/exports?id': ({ exportId }) => exportId,
  'GET /api/v1/values?q': () => '',
  'GET /api/v1/monitor?id': ({ monitorId }) => monitorId,
  'PATCH /api/v1/monitor?id': ({ monitorId }) => monitorId,
  'DELETE /api/v1/monitor?id': ({ monitorId }) => monitorId,
  'POST /api/v1/monitor/check?id': ({ monitorId }) => monitorId,
  'GET /api/v1/monitor/checks?id': ({ monitorId }) => monitorId,
  'GET /api/v1/monitor/latency?id': ({ monitorId }) => monitorId,
  'POST /api/v1/monitors/try?id': ({ monitorId }) => monitorId,
  'DELETE /api/v1/saved-views?name': () => MARK,
  'DELETE /api/v1/shares?id': ({ shareId }) => shareId,
  'DELETE /api/v1/channel?id': ({ channelId }) => channelId,
  'POST /api/v1/channel/test?id': ({ channelId }) => channelId,
  'PATCH /api/v1/alert-rule?id': ({ ruleId }) => ruleId,
  'DELETE /api/v1/alert-rule?id': ({ ruleId }) => ruleId,
  'POST /api/v1/alert/acknowledge?id': ({ ruleId }) => ruleId,
}

/** What is sent to every address that takes a body. */
const BODIES: Readonly<Record<string, (victim: Victim, key: string) => unknown>> = {
  'POST /api/v1/events': () => sampleBatch([sampleEvent()]),
  'POST /api/v1/query': () => COUNT,
  'POST /api/v1/query/batch': () => ({ queries: { one: COUNT } }),
  'POST /api/v1/exports': () => ({ format: 'ndjson', requests: {} }),
  'PUT /api/v1/reports': () => ({ frequency: 'daily', recipients: [] }),
  'PUT /api/v1/exports/files': () => ({ daily: false, monthly: true, format: 'csv' }),
  'POST /api/v1/exports/link': ({ exportId }) => ({ id: exportId }),
  'POST /api/v1/monitors': () => ({ name: 'another', url: 'http://127.0.0.1/', paused: true }),
  'PATCH /api/v1/monitor': () => ({ name: 'taken over' }),
  'POST /api/v1/monitors/try': () => ({ name: 'try' }),
  'POST /api/v1/maintenance': ({ monitorId }) => ({ monitor: monitorId, from: Date.now(), to: Date.now() + 60_000, note: '' }),
  'PUT /api/v1/status-pages': ({ monitorId }) => ({ slug: `${MARK}-page`, title: 'taken over', description: '', showsTraffic: true, monitors: [{ monitor: monitorId, name: 'x' }] }),
  'PUT /api/v1/saved-views': () => ({ name: 'another', place: 'errors', query: 'taken=over' }),
  'POST /api/v1/shares': () => ({ label: 'another' }),
  'POST /api/v1/shared/open': () => ({ password: 'of another' }),
  'POST /api/v1/shared/query/batch': () => ({ queries: { one: COUNT, every: { ...COUNT, filter: ['or', [['exists', 'route'], ['not', ['exists', 'route']]]], totals: true } } }),
  'POST /api/v1/channels': () => ({ kind: 'webhook', name: 'another', address: 'http://127.0.0.1/' }),
  'POST /api/v1/alert-rules': () => RULE,
  'PATCH /api/v1/alert-rule': () => ({ name: 'taken over' }),
  'POST /api/v1/alert-rules/dry-run': () => ({ rule: { ...RULE, dimension: 'route' }, hours: 1 }),
  'POST /api/v1/alert-templates/rule': () => ({ template: 'health' }),
  'POST /api/v1/erasures': () => ({ kind: 'user', consumer: `${MARK}-user` }),
  'PATCH /api/v1/project': () => ({ timeZone: 'Asia/Tokyo' }),
  'POST /api/v1/projects': () => ({ name: `another ${Math.random()}` }),
  'POST /api/v1/keys': () => ({ kind: 'admin' }),
  'POST /api/v1/setup': ({ id }) => ({ token: id, email: 'eve@example.org', password: 'correct horse battery' }),
  'POST /api/v1/password': ({ id }) => ({ token: id, password: 'correct horse battery' }),
  'POST /api/v1/login': () => ({ email: 'ada@example.org', password: 'not the password' }),
  'POST /api/v1/logout': () => ({}),
  'PUT /api/v1/me/password': () => ({ current: 'not the password', password: 'correct horse battery' }),
  'PUT /api/v1/me/codes': () => ({ password: 'not the password', secret: null }),
  'POST /api/v1/people': () => ({ email: 'eve@example.org', role: 'owner' }),
  'POST /api/v1/people/link': ({ ownerId }) => ({ person: ownerId, codesOff: true }),
  'PUT /api/v1/people/role': ({ ownerId }) => ({ person: ownerId, role: 'viewer' }),
  'PUT /api/v1/people/grant': ({ ownerId, id }) => ({ person: ownerId, project: id, role: 'admin' }),
  'POST /api/log-request': (_victim, key) => ({ api_key: key, requests: [{ method: 'GET', path: '/', status: 200 }] }),
  'POST /api/requests': (_victim, key) => ({ api_key: key, requests: [{ method: 'GET', path: '/', status: 200 }] }),
  'POST /api/monitor/add': (_victim, key) => ({ user_id: key, url: 'http://127.0.0.1/' }),
  'POST /api/monitor/delete': (_victim, key) => ({ user_id: key, url: `http://${MARK}.example.org/` }),
  'POST /api/delete': () => undefined,
}

interface Route {
  readonly name: string
  readonly method: string
  readonly path: string
  readonly required: readonly string[]
  readonly parameters: readonly string[]
  readonly takesBody: boolean
}

/** Every address that the router has, from the description that is generated of it. Those that remove the caller's own come last. */
async function readRoutes(server: TestServer): Promise<readonly Route[]> {
  interface Operation {
    readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean }[]
    readonly requestBody?: unknown
  }
  const { paths } = (await (await server.get('/openapi.json')).json()) as { readonly paths: Record<string, Record<string, Operation>> }
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody }]): Route => {
      const query = parameters.filter((each) => each.in === 'query')
      return {
        name: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path,
        required: query.filter(({ required }) => required === true).map(({ name }) => name),
        parameters: query.map(({ name }) => name),
        takesBody: requestBody !== undefined,
      }
    }),
  )
  const weight = ({ name }: Route) => ['DELETE /api/v1/project/data', 'POST /api/v1/logout', 'POST /api/delete'].indexOf(name)
  return routes.toSorted((one, other) => weight(one) - weight(other))
}

/** Calls an address and answers with all that came back, of a stream with what came within a second. */
async function call(server: TestServer, route: Route, victim: Victim, headers: Readonly<Record<string, string>>, key = ''): Promise<{ readonly status: number; readonly text: string }> {
  const query = new URLSearchParams(
    route.parameters.flatMap((name): [string, string][] => {
      const value = (PARAMETERS_AT[`${route.name}?${name}`] ?? PARAMETERS[name])?.(victim)
      if (value === undefined && route.required.includes(name) && name !== 'limit') throw new Error(`${route.name}: say above what its parameter ${name} is`)
      return value === undefined || value === '' ? [] : [[name, value]]
    }),
  )
  if (route.takesBody && BODIES[route.name] === undefined) throw new Error(`${route.name}: say above what its body is`)
  const body = BODIES[route.name]?.(victim, key)
  const aborter = new AbortController()
  const late = setTimeout(() => aborter.abort(), 1_500)
  let text = ''
  let status = 0
  try {
    const response = await fetch(`${server.url}${route.path}${query.size === 0 ? '' : `?${query}`}`, {
      method: route.method,
      headers: { origin: server.url, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(route.path === '/api/v1/live' && { signal: aborter.signal }),
    })
    status = response.status
    const { body: stream } = response
    text = JSON.stringify([...response.headers])
    if (stream !== null) for await (const chunk of stream.pipeThrough(new TextDecoderStream())) text += chunk
  } catch (error) {
    if (!aborter.signal.aborted) throw error
  }
  clearTimeout(late)
  return { status, text }
}

const asKey = (key: string) => ({ authorization: `Bearer ${key}`, 'x-auth-token': key })
const asPerson = ({ cookies }: TestBrowser) => ({ cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') })

/** A project with an event in which every text has the mark, and all that names it. */
async function makeVictim(server: TestServer, owner: TestBrowser): Promise<Victim> {
  const { body: project } = await owner.call('POST', '/api/v1/projects', { name: MARK })
  const inProject = { 'x-wayside-project': String(project['id']) }
  const { body: made } = await owner.call('POST', '/api/v1/keys', { kind: 'admin' }, inProject)
  const key = String(made['key'])
  const event = sampleEvent({
    time: Date.now() - 60_000,
    route: `/${MARK}/:id`,
    path: `/${MARK}/1`,
    host: `${MARK}.example.org`,
    userId: `${MARK}-user`,
    userAgent: `${MARK}/1.0`,
    status: 500,
    errorClass: `${MARK}Error`,
    errorFingerprint: 'f'.repeat(16),
    tags: { [MARK]: MARK },
  })
  // A busy machine asks to send again later.
  const send = async () => expect((await server.post('/api/v1/events', JSON.stringify(sampleBatch([event])), asKey(key))).status).toBe(200)
  await vi.waitFor(send, { timeout: 30_000, interval: 500 })
  await server.drain()
  const { requests } = (await (await server.get('/api/v1/requests', key)).json()) as { readonly requests: readonly { readonly id: string; readonly time: number }[] }
  const { body: me } = await owner.call('GET', '/api/v1/me')
  const exportId = await makeExport(server, key)
  const link = (await (await server.post('/api/v1/exports/link', JSON.stringify({ id: exportId }), { ...asKey(key), 'content-type': 'application/json' })).json()) as { readonly url: string }
  const exportToken = new URL(link.url, server.url).searchParams.get('token') ?? ''
  const { monitorId, windowId } = await makeMonitor(owner, inProject)
  const { channelId, ruleId } = await makeRule(owner, inProject)
  const { body: shared } = await owner.call('POST', '/api/v1/shares', { label: 'Numbers', filter: ['is', 'route', ['/nothing']] }, inProject)
  const { id: shareId } = shared['share'] as { readonly id: string }
  const [request] = requests
  if (request === undefined) throw new Error('the event is not there')
  return { id: String(project['id']), key, keyId: String(made['id']), ownerId: Number(me['id']), time: request.time, eventId: request.id, exportId, exportToken, monitorId, windowId, channelId, ruleId, shareId, shareToken: String(shared['token']) }
}

async function makeRule(owner: TestBrowser, inProject: Readonly<Record<string, string>>) {
  const { body: channel } = await owner.call('POST', '/api/v1/channels', { kind: 'webhook', name: MARK, address: `http://${MARK}.example.org/` }, inProject)
  const channelId = String(channel['id'])
  const { body: rule } = await owner.call('POST', '/api/v1/alert-rules', { ...RULE, name: MARK, channels: [channelId] }, inProject)
  await owner.call('PUT', '/api/v1/saved-views', { name: MARK, place: '', query: `f=consumer:${MARK}` }, inProject)
  return { channelId, ruleId: String(rule['id']) }
}

async function makeMonitor(owner: TestBrowser, inProject: Readonly<Record<string, string>>) {
  const { body: monitor } = await owner.call('POST', '/api/v1/monitors', { name: MARK, url: `http://${MARK}.example.org/`, headers: { [MARK]: MARK }, paused: true }, inProject)
  const monitorId = String(monitor['id'])
  const from = Date.now() + 3_600_000
  const { body: window } = await owner.call('POST', '/api/v1/maintenance', { monitor: monitorId, from, to: from + 60_000, note: MARK }, inProject)
  await owner.call('PUT', '/api/v1/status-pages', { slug: `${MARK}-page`, title: MARK, description: '', showsTraffic: false, monitors: [{ monitor: monitorId, name: MARK }] }, inProject)
  return { monitorId, windowId: Number(window['id']) }
}

async function makeExport(server: TestServer, key: string): Promise<string> {
  const body = JSON.stringify({ format: 'ndjson', query: { metrics: ['requests'], dimensions: ['route'], filter: ['is', 'route', [`/${MARK}/:id`]] } })
  const { id } = (await (await server.post('/api/v1/exports', body, { ...asKey(key), 'content-type': 'application/json' })).json()) as { readonly id: string }
  await vi.waitFor(async () => expect(await (await server.get('/api/v1/exports', key)).text()).toContain('"state":"done"'), { timeout: 30_000, interval: 200 })
  return id
}

/** All that an admin of the project sees of it, but for when its keys were used. */
async function snapshot(server: TestServer, victim: Victim): Promise<unknown> {
  const read = async (path: string) => (await server.get(path, victim.key)).text()
  const keys = (await read('/api/v1/keys')).replaceAll(/"lastUsedAt":\d+/g, '"lastUsedAt":null')
  return [await read('/api/v1/project'), await read('/api/v1/requests'), await read('/api/v1/exports'), await read('/api/v1/monitors'), await read('/api/v1/maintenance'), await read('/api/v1/status-pages'), await read('/api/v1/channels'), await read('/api/v1/alert-rules'), await read('/api/v1/saved-views'), await read('/api/v1/shares'), keys]
}

test("row 57: no address shows or changes anything of a project for another project's keys and people, or for nobody", async () => {
  const server = await startTestServer()
  const owner = await openAsOwner(server)
  const victim = await makeVictim(server, owner)
  const routes = await readRoutes(server)
  const before = await snapshot(server, victim)
  const secrets = [MARK, victim.id, victim.key, victim.keyId, victim.exportId, victim.exportToken, victim.monitorId, victim.channelId, victim.ruleId, victim.shareId, victim.shareToken]

  const registry = await openRegistry({ data: server.dataDir })
  const others: { readonly name: string; readonly headers: Readonly<Record<string, string>>; readonly key?: string }[] = [
    { name: 'nobody', headers: {} },
    { name: 'a shared link that is locked to other requests', headers: asKey(victim.shareToken), key: victim.shareToken },
  ]
  for (const kind of KEY_KINDS) {
    const key = await server.key(kind, `of ${kind}`)
    others.push({ name: `${kind} key`, headers: asKey(key), key })
  }
  for (const role of ['viewer', 'member', 'admin']) {
    const person = await openAsInvited(server, owner, `${role}@example.org`, role === 'viewer' ? 'viewer' : 'member')
    const project = await registry.createProject({ name: `of a person who is ${role}` })
    await owner.call('PUT', '/api/v1/people/grant', { person: person.id, project: project.publicId, role })
    others.push({ name: `${role} in another project`, headers: { ...asPerson(person), 'x-wayside-project': victim.id } })
    // The session ends in the course of the one above.
    const again = await openAsInvited(server, owner, `${role}.again@example.org`, role === 'viewer' ? 'viewer' : 'member')
    await owner.call('PUT', '/api/v1/people/grant', { person: again.id, project: project.publicId, role })
    others.push({ name: `${role} who names no project`, headers: asPerson(again) })
  }
  await registry.close()

  for (const { name, headers, key } of others)
    for (const route of routes) {
      const { text } = await call(server, route, victim, headers, key)
      // What a caller has sent himself may come back to him: the project and the key that he names, and what he asks for.
      const seen = secrets.filter((secret) => text.includes(secret) && !echoes(route, secret))
      expect([name, route.name, seen]).toEqual([name, route.name, []])
    }

  expect(await snapshot(server, victim)).toEqual(before)
  expect((await owner.call('GET', '/api/v1/me')).body).toMatchObject({ role: 'owner' })
})

/** Whether an address says again what it was asked for: what is unknown is told by its name. */
function echoes({ path }: Route, secret: string): boolean {
  return secret === MARK && ['/api/v1/endpoint', '/api/v1/consumer', '/api/v1/erasures'].includes(path)
}

test('the same requests show it to who may see it', async () => {
  const server = await startTestServer()
  const owner = await openAsOwner(server)
  const victim = await makeVictim(server, owner)
  const reading = (await readRoutes(server)).filter(({ name, path }) => (name.startsWith('GET ') && /^\/api\/(v1\/|data)/.test(path)) || path.startsWith('/api/v1/query'))

  const shown = new Map<string, readonly boolean[]>()
  for (const route of reading) {
    const answers = [asKey(victim.key), { ...asPerson(owner), 'x-wayside-project': victim.id }]
    shown.set(route.name, await Promise.all(answers.map(async (headers) => (await call(server, route, victim, headers)).text.includes(MARK))))
  }

  const by = (at: number) => [...shown].filter(([, marks]) => marks[at] === true).map(([name]) => name)
  const ofProject = ['requests', 'request', 'overview', 'query', 'endpoints', 'consumers', 'values', 'endpoint', 'consumer', 'project', 'monitors', 'monitor', 'maintenance', 'status-pages'].map((name) => `GET /api/v1/${name}`)
  expect(by(0)).toEqual(expect.arrayContaining([...ofProject, 'POST /api/v1/query', 'POST /api/v1/query/batch', 'GET /api/data']))
  expect(by(1)).toEqual(expect.arrayContaining([...ofProject, 'POST /api/v1/query', 'POST /api/v1/query/batch', 'GET /api/v1/projects', 'GET /api/v1/audit']))
})
