import { createHistogram } from './histogram.ts'
import { loadPackage } from './load-package.ts'
import { type Mount, type Mounted, noop, type RunningApp } from './mounted.ts'
import { startOpenTelemetry } from './opentelemetry.ts'
import { APITALLY_OPTIONS } from './peer-options.ts'
import { createUser, findUser } from './users.ts'

type App = ReturnType<typeof loadPackage>

/** What must run before Fastify is loaded. */
const early: Readonly<Record<string, (sinkUrl: string) => Mounted>> = {
  'otel-metrics': (sinkUrl) => startOpenTelemetry('metrics', instrumentations(), sinkUrl),
  'otel-traces': (sinkUrl) => startOpenTelemetry('traces', instrumentations(), sinkUrl),
}

const mounts: Readonly<Record<string, Mount<App>>> = {
  noop: (app) => {
    app.addHook('onRequest', (_: unknown, reply: App, done: () => void) => {
      reply.raw.on('finish', noop)
      done()
    })
  },
  wayside: async (app, serverUrl) => {
    await app.register(loadPackage('@wayside/fastify').analytics, { apiKey: 'bench-key', serverUrl })
    return { flush: () => app.wayside.flush() }
  },
  apitally: (app) => app.register(loadPackage('apitally/fastify').apitallyPlugin, APITALLY_OPTIONS),
  'api-analytics': (app, serverUrl) => {
    const { Config, useFastifyAnalytics } = loadPackage('node-api-analytics')
    useFastifyAnalytics(app, 'bench-key', Object.assign(new Config(), { serverUrl }))
  },
  prom: (app) => {
    const observe = createHistogram()
    app.addHook('onResponse', (request: App, reply: App, done: () => void) => {
      observe(request.method, request.routeOptions.url ?? '', reply.statusCode, reply.elapsedTime / 1000)
      done()
    })
  },
  pino: (app) => {
    const log = loadPackage('pino-http')({}, loadPackage('pino').destination('/dev/null'))
    app.addHook('onRequest', (request: App, reply: App, done: () => void) => {
      log(request.raw, reply.raw)
      done()
    })
  },
}

export async function startFastify(variant: string, sinkUrl: string): Promise<RunningApp> {
  const started = early[variant]?.(sinkUrl)
  const app = loadPackage('fastify')()
  const mounted = await mounts[variant]?.(app, sinkUrl)
  // In a plugin, as Apitally asks of CommonJS apps.
  app.register(async (routes: App) => {
    routes.get('/users/:id', (request: App, reply: App) => reply.send(findUser(request.params.id)))
    routes.post('/users', (request: App, reply: App) => reply.code(201).send(createUser(request.body)))
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  return { port: app.server.address().port, ...started, ...mounted }
}

function instrumentations(): readonly unknown[] {
  const { FastifyOtelInstrumentation } = loadPackage('@fastify/otel')
  return [new FastifyOtelInstrumentation({ registerOnInitialization: true })]
}
