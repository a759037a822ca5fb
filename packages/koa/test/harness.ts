import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import Router, { type RouterContext } from '@koa/router'
import { analytics } from '@wayside/koa'
import type { AdapterHarness, AnalyticsMount, Answer, ContractApp, RouterSpec, RunningApp } from '@wayside/testing'
import Koa from 'koa'

/** Koa with @koa/router. */
export const harnesses: readonly AdapterHarness[] = [
  {
    name: `koa ${koaVersion()}`,
    framework: 'koa',
    module: import.meta.url,
    cannot: { subApp: 'Koa has no app inside an app' },
    wildcard: toWildcard(),
    regex: /^\/digits\/\d+$/,
    regexRoute: String(/^\/digits\/\d+$/),
    header: (source, name) => (source as Koa.Context).get(name) || undefined,
    start,
  },
]

async function start(app: ContractApp, mounts: readonly AnalyticsMount[]): Promise<RunningApp> {
  const koa = new Koa()
  koa.on('error', () => {})
  const handles = mounts.map(({ apiKey, options }) => analytics(apiKey, options))
  for (const handle of handles) koa.use(handle)
  if (app.answersErrors) koa.use(answerErrors)
  koa.use(parseJson)
  for (const { path, check } of app.guards) {
    koa.use((ctx, next) => {
      if (isBelow(path, ctx.path)) check(ctx.req)
      return next()
    })
  }
  const router = toRouter(app)
  koa.use(router.routes())
  koa.use(router.allowedMethods())

  const server = createServer(koa.callback())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error(`expected a TCP address, got ${address}`)
  return {
    server,
    port: address.port,
    analytics: handles,
    async stop() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

const VERBS = { GET: 'get', POST: 'post', PUT: 'put', DELETE: 'delete' } as const

function toRouter({ routes, mounts }: RouterSpec): Router {
  const router = new Router()
  for (const mount of mounts) router.use(mount.path, toRouter(mount).routes())
  for (const { method, path, handle } of routes) {
    const verb = VERBS[method]
    const paths = typeof path === 'string' || path instanceof RegExp ? path : [...path]
    router[verb](paths, async (ctx: RouterContext) => {
      const { params, req: request, res: response } = ctx
      const body: unknown = ctx.state['body']
      answer(ctx, await handle({ params, body, request, response }))
    })
  }
  return router
}

function answer(ctx: RouterContext, content: Answer): void {
  if (content.kind === 'raw') {
    ctx.respond = false
    // Koa starts every response with 404.
    ctx.res.statusCode = 200
    content.write(ctx.res, ctx.req)
    return
  }
  ctx.set({ ...content.headers })
  if (content.kind === 'stream') {
    ctx.body = content.stream
    return
  }
  const { body, status = 200 } = content
  ctx.body = body instanceof Uint8Array ? Buffer.from(body) : body
  ctx.status = status
}

/** An error handler as Koa's guide has it: it tells the app what it answered. */
async function answerErrors(ctx: Koa.Context, next: Koa.Next): Promise<void> {
  try {
    await next()
  } catch (error) {
    ctx.status = (error as { status?: number } | null)?.status ?? 500
    ctx.body = { error: error instanceof Error ? error.message : String(error) }
    ctx.app.emit('error', error, ctx)
  }
}

async function parseJson(ctx: Koa.Context, next: Koa.Next): Promise<void> {
  if (ctx.is('application/json')) {
    const chunks: Buffer[] = []
    for await (const chunk of ctx.req) chunks.push(chunk)
    if (chunks.length > 0) ctx.state['body'] = JSON.parse(Buffer.concat(chunks).toString())
  }
  await next()
}

function isBelow(prefix: string, path: string): boolean {
  return prefix === '/' || path === prefix || path.startsWith(`${prefix}/`)
}

/** @koa/router 14 took a newer path syntax, in which the older one is an error. */
function toWildcard(): string {
  try {
    new Router().get('/files/(.*)', () => {})
    return '/files/(.*)'
  } catch {
    return '/files/*rest'
  }
}

/** Read beside the code: Koa 2.13 does not export its package.json. */
function koaVersion(): string {
  const main = createRequire(import.meta.url).resolve('koa')
  return JSON.parse(readFileSync(join(main, '../../package.json'), 'utf8')).version
}
