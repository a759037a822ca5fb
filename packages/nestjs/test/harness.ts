import 'reflect-metadata'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import {
  Catch,
  Controller,
  Delete,
  Get,
  Module,
  Post,
  Put,
  Req,
  Res,
  StreamableFile,
  type ArgumentsHost,
  type ExceptionFilter,
  type INestApplication,
  type Type,
} from '@nestjs/common'
import { NestFactory, RouterModule, type AbstractHttpAdapter, type Routes } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { ANALYTICS, AnalyticsModule, type Analytics } from '@wayside/nestjs'
import type { AdapterHarness, AnalyticsMount, Answer, ContractApp, RouterSpec, RunningApp } from '@wayside/testing'

const { version } = createRequire(import.meta.url)('@nestjs/core/package.json') as { version: string }
const isNest10 = version.startsWith('10.')

/** Nest on each of its platforms. */
export const harnesses: readonly AdapterHarness[] = [
  toHarness('express', () => new ExpressAdapter(), isNest10 ? '/files/*' : '/files/*path'),
  toHarness('fastify', () => new FastifyAdapter(), '/files/*'),
]

function toHarness(platform: string, createAdapter: () => AbstractHttpAdapter, wildcard: string): AdapterHarness {
  return {
    name: `nestjs ${version} on ${platform}`,
    framework: 'nestjs',
    module: import.meta.url,
    cannot: {
      regex: 'the paths of Nest are text',
      subApp: 'Nest has modules, but no app inside an app',
      errorStatus: 'Nest asks only its own exceptions for a status',
    },
    wildcard,
    header: (source, name) => (source as IncomingMessage).headers[name]?.toString(),
    start: (app, mounts) => start(createAdapter(), app, mounts),
  }
}

async function start(adapter: AbstractHttpAdapter, app: ContractApp, mounts: readonly AnalyticsMount[]): Promise<RunningApp> {
  const { module, imported, children } = toModule(app, adapter)
  const analytics = mounts.map(({ apiKey, options }) => AnalyticsModule.forRoot({ ...options, apiKey }))
  const imports = [...analytics, ...imported, RouterModule.register([{ path: '/', module, children }])]
  const nest = await NestFactory.create({ module: class Root {}, imports }, adapter, { logger: false })
  for (const { path, check } of app.guards) {
    nest.use(path, (request: IncomingMessage, _response: ServerResponse, next: (error?: unknown) => void) => {
      try {
        check(request)
      } catch (error) {
        return next(error)
      }
      next()
    })
  }
  if (app.answersErrors) nest.useGlobalFilters(new ErrorAnswers(adapter))
  await nest.listen(0, '127.0.0.1')
  const server = nest.getHttpServer()
  return {
    server,
    port: (server.address() as AddressInfo).port,
    analytics: analyticsOf(nest, mounts.length),
    // Not `nest.close()`, which closes the analytics with the app.
    async stop() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

/** Nest makes one module of equal ones. */
function analyticsOf(nest: INestApplication, count: number): readonly Analytics[] {
  if (count === 0) return []
  const made: Analytics[] = nest.get(ANALYTICS, { strict: false, each: true })
  return Array.from({ length: count }, (_, at) => made[Math.min(at, made.length - 1)] as Analytics)
}

interface ModuleTree {
  readonly module: Type
  /** This module and all below it. */
  readonly imported: readonly Type[]
  readonly children: Routes
}

function toModule({ routes, mounts }: RouterSpec, adapter: AbstractHttpAdapter): ModuleTree {
  const module = class {}
  Module({ controllers: [toController(routes, adapter)] })(module)
  const below = mounts.map((mount) => ({ path: mount.path, ...toModule(mount, adapter) }))
  return {
    module,
    imported: [module, ...below.flatMap(({ imported }) => imported)],
    children: below.map(({ path, module, children }) => ({ path, module, children })),
  }
}

const VERBS = { GET: Get, POST: Post, PUT: Put, DELETE: Delete }

function toController(routes: RouterSpec['routes'], adapter: AbstractHttpAdapter): Type {
  const controller = class {}
  Controller()(controller)
  const { prototype } = controller
  for (const [at, { method, path, handle }] of routes.entries()) {
    const name = `route${at}`
    const descriptor = {
      value: async (request: PlatformRequest, reply: PlatformReply) => {
        const { params, body } = request
        const [raw, response] = ['raw' in request ? request.raw : request, 'raw' in reply ? reply.raw : reply]
        answer(adapter, reply, raw, await handle({ params, body, request: raw, response }))
      },
    }
    Object.defineProperty(prototype, name, descriptor)
    Req()(prototype, name, 0)
    Res()(prototype, name, 1)
    VERBS[method](typeof path === 'string' ? path : [...(path as readonly string[])])(prototype, name, descriptor)
  }
  return controller
}

type PlatformRequest = (IncomingMessage | { readonly raw: IncomingMessage }) & {
  readonly params: Readonly<Record<string, string>>
  readonly body: unknown
}
type PlatformReply = ServerResponse | { readonly raw: ServerResponse; hijack(): void }

/** Answers as Nest does with what a handler returns. */
function answer(adapter: AbstractHttpAdapter, reply: PlatformReply, request: IncomingMessage, content: Answer): void {
  if (content.kind === 'raw') {
    if ('hijack' in reply) reply.hijack()
    content.write('raw' in reply ? reply.raw : reply, request)
    return
  }
  for (const [name, value] of Object.entries(content.headers ?? {})) adapter.setHeader(reply, name, value)
  if (content.kind === 'stream') {
    adapter.reply(reply, new StreamableFile(content.stream), 200)
    return
  }
  const { body, status = 200 } = content
  adapter.reply(reply, body instanceof Uint8Array ? new StreamableFile(body) : (body ?? undefined), status)
}

class ErrorAnswers implements ExceptionFilter {
  readonly #adapter: AbstractHttpAdapter

  constructor(adapter: AbstractHttpAdapter) {
    this.#adapter = adapter
  }

  catch(error: unknown, host: ArgumentsHost): void {
    const status = (error as { status?: number } | null)?.status ?? 500
    const message = error instanceof Error ? error.message : String(error)
    this.#adapter.reply(host.switchToHttp().getResponse(), { error: message }, status)
  }
}

Catch()(ErrorAnswers)
