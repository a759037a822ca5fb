import { createHistogram } from './histogram.ts'
import { listen } from './listen.ts'
import { loadPackage } from './load-package.ts'
import { type Mount, type Mounted, noop, type RunningApp } from './mounted.ts'
import { startOpenTelemetry } from './opentelemetry.ts'
import { APITALLY_OPTIONS, MOESIF_OPTIONS } from './peer-options.ts'
import { createUser, findUser } from './users.ts'

type App = ReturnType<typeof loadPackage>
type Next = () => Promise<unknown>

/** What must run before Koa is loaded. */
const early: Readonly<Record<string, (sinkUrl: string) => Mounted>> = {
  'otel-metrics': (sinkUrl) => startOpenTelemetry('metrics', instrumentations(), sinkUrl),
  'otel-traces': (sinkUrl) => startOpenTelemetry('traces', instrumentations(), sinkUrl),
}

const mounts: Readonly<Record<string, Mount<App>>> = {
  noop: (app) => {
    app.use((ctx: App, next: Next) => {
      ctx.res.on('finish', noop)
      return next()
    })
  },
  wayside: (app, serverUrl) => {
    const wayside = loadPackage('@wayside/koa').analytics('bench-key', { serverUrl })
    app.use(wayside)
    return { flush: () => wayside.flush() }
  },
  apitally: (app) => loadPackage('apitally/koa').useApitally(app, APITALLY_OPTIONS),
  'api-analytics': (app, serverUrl) => {
    const { Config, koaAnalytics } = loadPackage('node-api-analytics')
    app.use(koaAnalytics('bench-key', Object.assign(new Config(), { serverUrl })))
  },
  moesif: (app, baseUri) => {
    app.use(loadPackage('moesif-nodejs')({ ...MOESIF_OPTIONS, baseUri }))
  },
  prom: (app) => {
    const observe = createHistogram()
    app.use(async (ctx: App, next: Next) => {
      const startedAt = performance.now()
      ctx.res.on('finish', () => observe(ctx.method, ctx._matchedRoute ?? '', ctx.status, (performance.now() - startedAt) / 1000))
      await next()
    })
  },
  pino: (app) => {
    const log = loadPackage('pino-http')({}, loadPackage('pino').destination('/dev/null'))
    app.use((ctx: App, next: Next) => {
      log(ctx.req, ctx.res)
      return next()
    })
  },
}

export async function startKoa(variant: string, sinkUrl: string): Promise<RunningApp> {
  const started = early[variant]?.(sinkUrl)
  const Koa = loadPackage('koa')
  const { Router } = loadPackage('@koa/router')
  const { bodyParser } = loadPackage('@koa/bodyparser')
  const app = new Koa()
  const mounted = await mounts[variant]?.(app, sinkUrl)
  const router = new Router()
  router.get('/users/:id', (ctx: App) => {
    ctx.body = findUser(ctx.params.id)
  })
  router.post('/users', (ctx: App) => {
    ctx.status = 201
    ctx.body = createUser(ctx.request.body)
  })
  app.use(bodyParser()).use(router.routes())
  return { port: await listen(app), ...started, ...mounted }
}

function instrumentations(): readonly unknown[] {
  const { KoaInstrumentation } = loadPackage('@opentelemetry/instrumentation-koa')
  return [new KoaInstrumentation()]
}
