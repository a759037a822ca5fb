import { mounts as expressMounts } from './express.ts'
import { loadPackage } from './load-package.ts'
import type { Mount, Mounted, RunningApp } from './mounted.ts'
import { startOpenTelemetry } from './opentelemetry.ts'
import { APITALLY_OPTIONS } from './peer-options.ts'
import { createUser, findUser } from './users.ts'

type App = ReturnType<typeof loadPackage>

/** What must run before NestJS is loaded. */
const early: Readonly<Record<string, (sinkUrl: string) => Mounted>> = {
  'otel-metrics': (sinkUrl) => startOpenTelemetry('metrics', instrumentations(), sinkUrl),
  'otel-traces': (sinkUrl) => startOpenTelemetry('traces', instrumentations(), sinkUrl),
}

/** What the app's module imports. */
const imports: Readonly<Record<string, (sinkUrl: string) => readonly unknown[]>> = {
  wayside: (serverUrl) => [loadPackage('@wayside/nestjs').AnalyticsModule.forRoot({ apiKey: 'bench-key', serverUrl })],
}

const mounts: Readonly<Record<string, Mount<App>>> = {
  ...expressMounts,
  wayside: (app) => {
    const wayside = app.get(loadPackage('@wayside/nestjs').ANALYTICS, { strict: false })
    return { flush: () => wayside.flush() }
  },
  apitally: (app) => loadPackage('apitally/nestjs').useApitally(app, APITALLY_OPTIONS),
}

export async function startNestjs(variant: string, sinkUrl: string): Promise<RunningApp> {
  const started = early[variant]?.(sinkUrl)
  loadPackage('reflect-metadata')
  const { NestFactory } = loadPackage('@nestjs/core')
  const app = await NestFactory.create(createModule(imports[variant]?.(sinkUrl) ?? []), { logger: false })
  const mounted = await mounts[variant]?.(app, sinkUrl)
  await app.listen(0, '127.0.0.1')
  return { port: app.getHttpServer().address().port, ...started, ...mounted }
}

/** Node takes the types off this file but knows no decorators, so they are called by hand. */
function createModule(imported: readonly unknown[]): unknown {
  const { Body, Controller, Get, Module, Param, Post } = loadPackage('@nestjs/common')
  class UsersController {
    find(id: string) {
      return findUser(id)
    }

    create(body: unknown) {
      return createUser(body)
    }
  }
  const prototype = UsersController.prototype
  Get(':id')(prototype, 'find', Object.getOwnPropertyDescriptor(prototype, 'find'))
  Param('id')(prototype, 'find', 0)
  Post()(prototype, 'create', Object.getOwnPropertyDescriptor(prototype, 'create'))
  Body()(prototype, 'create', 0)
  Controller('users')(UsersController)
  class AppModule {}
  Module({ imports: imported, controllers: [UsersController] })(AppModule)
  return AppModule
}

function instrumentations(): readonly unknown[] {
  const { ExpressInstrumentation } = loadPackage('@opentelemetry/instrumentation-express')
  const { NestInstrumentation } = loadPackage('@opentelemetry/instrumentation-nestjs-core')
  return [new ExpressInstrumentation(), new NestInstrumentation()]
}
