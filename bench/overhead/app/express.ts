import { createHistogram } from './histogram.ts'
import { listen } from './listen.ts'
import { loadPackage } from './load-package.ts'
import { type Mount, type Mounted, noop, type RunningApp } from './mounted.ts'
import { startOpenTelemetry } from './opentelemetry.ts'
import { APITALLY_OPTIONS, MOESIF_OPTIONS, README_USER } from './peer-options.ts'
import { createUser, findUser } from './users.ts'

type App = ReturnType<typeof loadPackage>

/** What must run before Express is loaded. */
const early: Readonly<Record<string, (sinkUrl: string) => Mounted>> = {
  'otel-metrics': (sinkUrl) => startOpenTelemetry('metrics', instrumentations(), sinkUrl),
  'otel-traces': (sinkUrl) => startOpenTelemetry('traces', instrumentations(), sinkUrl),
}

/** Also used on NestJS, which runs Express. */
export const mounts: Readonly<Record<string, Mount<App>>> = {
  noop: (app) => {
    app.use((_: unknown, res: App, next: () => void) => {
      res.on('finish', noop)
      next()
    })
  },
  wayside: (app, serverUrl) => {
    const wayside = loadPackage('@wayside/express').analytics('bench-key', { serverUrl })
    app.use(wayside)
    return { flush: () => wayside.flush() }
  },
  apitally: (app) => loadPackage('apitally/express').useApitally(app, APITALLY_OPTIONS),
  'api-analytics': (app, serverUrl) => {
    const { Config, expressAnalytics } = loadPackage('node-api-analytics')
    app.use(expressAnalytics('bench-key', Object.assign(new Config(), { serverUrl })))
  },
  moesif: (app, baseUri) => {
    app.use(loadPackage('moesif-nodejs')({ ...MOESIF_OPTIONS, baseUri }))
  },
  readme: (app, baseLogUrl) => useReadme(app, { baseLogUrl }),
  'readme-30': (app, baseLogUrl) => useReadme(app, { baseLogUrl, bufferLength: 30 }),
  prom: (app) => {
    const observe = createHistogram()
    app.use((req: App, res: App, next: () => void) => {
      const startedAt = performance.now()
      res.on('finish', () => observe(req.method, req.route?.path ?? '', res.statusCode, (performance.now() - startedAt) / 1000))
      next()
    })
  },
  pino: (app) => {
    app.use(loadPackage('pino-http')({}, loadPackage('pino').destination('/dev/null')))
  },
}

export async function startExpress(variant: string, sinkUrl: string): Promise<RunningApp> {
  const started = early[variant]?.(sinkUrl)
  const express = loadPackage('express')
  const app = express()
  const mounted = await mounts[variant]?.(app, sinkUrl)
  app.use(express.json())
  app.get('/users/:id', (req: App, res: App) => res.json(findUser(req.params.id)))
  app.post('/users', (req: App, res: App) => res.status(201).json(createUser(req.body)))
  return { port: await listen(app), ...started, ...mounted }
}

function useReadme(app: App, options: object): void {
  const readme = loadPackage('readmeio')
  app.use((req: App, res: App, next: () => void) => {
    readme.log('bench-key', req, res, README_USER, options)
    next()
  })
}

function instrumentations(): readonly unknown[] {
  const { ExpressInstrumentation } = loadPackage('@opentelemetry/instrumentation-express')
  return [new ExpressInstrumentation()]
}
