import { once } from 'node:events'
import { get, type Agent } from 'node:http'
import { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import type { AdapterHarness, Answer, Call, ContractApp, MountSpec, RouteSpec } from './adapter-harness.ts'
import type { Gate } from './gate.ts'

/** What the app's handlers reach outside of it. */
export interface ContractWorld {
  /** Where `/upstream/*` sends its requests. */
  readonly upstreamUrl: string
  readonly upstreamAgent: Agent
  /** What `/t/:tenant/wait/:id` waits at. */
  readonly gate: Gate
}

/** Size of what `/big` answers. */
export const BIG_BYTES = 50 * 1024 * 1024
/** Size of what `/flood` streams. */
export const FLOOD_BYTES = 100 * 1024 * 1024
/** How long `/stream` takes at least, and what it sends. */
export const STREAM = { durationMs: 60, chunks: 6, chunkBytes: 10_240 } as const

/** How long `/upstream/parallel` takes by itself, after its three calls. */
export const OWN_WORK_MS = 150

/** The app that every framework builds for the contract. */
export function createContractApp(harness: AdapterHarness, world: ContractWorld, answersErrors: boolean): ContractApp {
  const lacks = (capability: keyof typeof harness.cannot) => harness.cannot[capability] !== undefined
  return {
    answersErrors,
    guards: [{ path: '/guarded', check: fail(() => new GuardError('no entry')) }],
    routes: [
      ...contentRoutes(),
      ...errorRoutes(lacks('throwText')),
      ...streamRoutes(),
      ...(lacks('rawResponse') ? [] : rawRoutes()),
      ...upstreamRoutes(world),
      { method: 'GET', path: harness.wildcard, handle: text('file') },
      ...(lacks('pathArray') ? [] : [route('GET', ['/multi1/:k', '/multi2/:k'], text('multi'))]),
      ...(harness.regex === undefined ? [] : [route('GET', harness.regex, text('digits'))]),
    ],
    mounts: [
      {
        kind: 'router',
        path: '/v1',
        routes: [route('GET', '/users/:id', echoParams), route('POST', '/echo', ({ body }) => content({ received: body }))],
        mounts: [],
      },
      ...(lacks('parameterMount') ? [] : parameterMounts(world.gate)),
      ...(lacks('subApp') ? [] : [subAppMount()]),
    ],
  }
}

/** Thrown by the handlers of the contract's app. */
class HandlerError extends Error {
  override readonly name = 'HandlerError'
}
class GuardError extends Error {
  override readonly name = 'GuardError'
}
class UnavailableError extends Error {
  override readonly name = 'UnavailableError'
  readonly status = 503
  // Fastify and Nest read `statusCode`, Express and Koa `status`.
  readonly statusCode = 503
}

function contentRoutes(): RouteSpec[] {
  return [
    route('GET', '/flat/:id', text('hello')),
    route('GET', '/json', () => content({ ok: true, list: [1, 2, 3] })),
    route('GET', '/bytes', () => content(Buffer.from([0, 1, 2, 253, 254, 255]))),
    route('GET', '/no-content', () => ({ kind: 'content', status: 204, body: null })),
    route('GET', '/not-modified', () => ({ kind: 'content', status: 304, headers: { etag: '"a"' }, body: null })),
    route('GET', '/teapot', () => ({ kind: 'content', status: 418, headers: { 'x-own': 'yes' }, body: 'short and stout' })),
    route('GET', '/big', () => content(Buffer.alloc(BIG_BYTES, 'b'))),
    route('PUT', '/flat/:id', text('put')),
    route('DELETE', '/flat/:id', text('deleted')),
    route('GET', '/slow', async ({ response }) => {
      await once(response, 'close')
      return content('nobody reads this')
    }),
  ]
}

function errorRoutes(withoutText: boolean): RouteSpec[] {
  return [
    route('GET', '/throw', fail(() => new HandlerError('boom'))),
    route('GET', '/reject', async () => {
      await Promise.resolve()
      throw new HandlerError('rejected')
    }),
    route('GET', '/unavailable', fail(() => new UnavailableError('try later'))),
    ...(withoutText ? [] : [route('GET', '/throw-text', fail(() => 'a text'))]),
  ]
}

function streamRoutes(): RouteSpec[] {
  return [
    route('GET', '/stream', () => ({ kind: 'stream', stream: Readable.from(slowChunks()) })),
    route('GET', '/endless', () => ({ kind: 'stream', stream: Readable.from(endlessChunks()) })),
    route('GET', '/flood', () => ({ kind: 'stream', stream: Readable.from(flood(), { highWaterMark: 1 }) })),
  ]
}

function rawRoutes(): RouteSpec[] {
  return [
    route('GET', '/raw', () => ({ kind: 'raw', write: (response) => response.end('raw') })),
    route('GET', '/raw-chunks', () => ({
      kind: 'raw',
      write: (response) => {
        response.writeHead(202, { 'x-raw': '1' })
        response.write('one')
        response.write(Buffer.from('two'))
        response.end('three')
      },
    })),
    route('GET', '/sse', () => ({
      kind: 'raw',
      write: (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        response.write('data: 1\n\n')
        response.write('data: 2\n\n')
      },
    })),
    route('GET', '/socket', () => ({
      kind: 'raw',
      write: (response, { socket, headers }) => {
        if (headers['x-refuse'] !== undefined) response.writeHead(403, { connection: 'close' }).end('refused')
        else socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n')
      },
    })),
  ]
}

function upstreamRoutes({ upstreamUrl, upstreamAgent }: ContractWorld): RouteSpec[] {
  const fetchOne = async () => (await fetch(upstreamUrl)).text()
  return [
    route('POST', '/upstream/after-body', async ({ body }) => {
      await Promise.resolve()
      return content({ body, upstream: await fetchOne() })
    }),
    route('GET', '/upstream/parallel', async () => {
      await Promise.all([fetchOne(), fetchOne(), fetchOne()])
      await delay(OWN_WORK_MS)
      return content('three at once')
    }),
    route('GET', '/upstream/agent', async () => {
      const outgoing = get(upstreamUrl, { agent: upstreamAgent })
      const [response] = await once(outgoing, 'response')
      response.resume()
      await once(response, 'end')
      return content({ reused: outgoing.reusedSocket })
    }),
  ]
}

function parameterMounts(gate: Gate): MountSpec[] {
  return [
    {
      kind: 'router',
      path: '/t/:tenant',
      routes: [
        route('GET', '/users/:id', echoParams),
        route('GET', '/wait/:id', async (call) => {
          await gate.pass()
          return echoParams(call)
        }),
        route('GET', '/x/wait/:id', async (call) => {
          await gate.pass()
          return echoParams(call)
        }),
      ],
      mounts: [],
    },
    {
      kind: 'router',
      path: '/org/:org',
      routes: [],
      mounts: [{ kind: 'router', path: '/team/:team', routes: [route('GET', '/members/:member', echoParams)], mounts: [] }],
    },
  ]
}

function subAppMount(): MountSpec {
  const sub: MountSpec = { kind: 'app', path: '/s', routes: [route('GET', '/:x', text('sub'))], mounts: [] }
  return { kind: 'router', path: '/a', routes: [], mounts: [sub] }
}

function route(method: RouteSpec['method'], path: RouteSpec['path'], handle: RouteSpec['handle']): RouteSpec {
  return { method, path, handle }
}

function content(body: string | Uint8Array | object): Answer {
  return { kind: 'content', body }
}

function text(body: string): () => Answer {
  return () => content(body)
}

function echoParams({ params }: Call): Answer {
  return content({ ...params })
}

function fail(error: () => unknown): () => never {
  return () => {
    throw error()
  }
}

async function* slowChunks() {
  for (let sent = 0; sent < STREAM.chunks; sent++) {
    await delay(STREAM.durationMs / STREAM.chunks + 1)
    yield Buffer.alloc(STREAM.chunkBytes, 's')
  }
}

async function* endlessChunks() {
  for (;;) {
    yield Buffer.from('more')
    await delay(5)
  }
}

function* flood() {
  const chunk = Buffer.alloc(65_536, 'f')
  for (let sent = 0; sent < FLOOD_BYTES; sent += chunk.length) yield chunk
}
