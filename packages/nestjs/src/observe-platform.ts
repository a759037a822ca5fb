import type { AbstractHttpAdapter } from '@nestjs/core'
import type { Recorder } from '@wayside/core'
import { observeExpress } from '@wayside/express'
import { observeFastify } from '@wayside/fastify'
import type { FastifyInstance } from 'fastify'

/** What observes the platform below an app. */
export interface PlatformObserver {
  /** Called when the app has its routes, before it listens. */
  start(): void
  close(): void
}

/** Lets `recorder` observe every request of the platform that Nest runs on; nothing where there is none. */
export function observePlatform(adapter: AbstractHttpAdapter | null | undefined, recorder: Recorder<unknown>): PlatformObserver {
  // An app without HTTP, such as a worker.
  if (adapter === null || adapter === undefined) return { start: () => {}, close: () => {} }
  const platform = adapter.getType()
  switch (platform) {
    case 'express': {
      const { middleware, close } = observeExpress(recorder)
      return { start: () => putFirst(adapter.getInstance(), middleware), close }
    }
    case 'fastify':
      // Hooks have to be there before the first route.
      observeFastify(adapter.getInstance(), recorder)
      putHookFirst(adapter.getInstance())
      return { start: () => {}, close: () => {} }
    default:
      throw new Error(
        `WAYSIDE_UNSUPPORTED_PLATFORM: AnalyticsModule runs on the platforms express and fastify, got "${platform}"; ` +
          'create the app with @nestjs/platform-express or @nestjs/platform-fastify',
      )
  }
}

/**
 * Nest 12 adds hooks of its own, and its middleware, before it makes providers; they may answer a request. Fastify has no
 * way to add a hook in front, so the list is reordered as soon as ours is in it.
 */
function putHookFirst(fastify: FastifyInstance): void {
  fastify.after(() => {
    const symbol = Object.getOwnPropertySymbols(fastify).find(({ description }) => description === 'fastify.hooks')
    const hooks: unknown = symbol && Reflect.get(fastify, symbol)
    const onRequest: unknown = Object(hooks).onRequest
    if (Array.isArray(onRequest)) onRequest.unshift(onRequest.pop())
  })
}

interface ExpressApp {
  use(middleware: object): unknown
  /** Express 4. */
  readonly _router?: { readonly stack: unknown[] }
  /** Express 5; reading it in Express 4 throws. */
  readonly router: { readonly stack: unknown[] }
}

/**
 * Puts the middleware in front of what the app has added since it was created. Not earlier: the first `use` fixes
 * Express's routing settings, which the app may set until it listens.
 */
function putFirst(app: ExpressApp, middleware: object): void {
  app.use(middleware)
  const { stack } = app._router ?? app.router
  // Express 4 begins with two layers of its own, which make `req` and `res` what they are.
  stack.splice(app._router === undefined ? 0 : 2, 0, stack.pop())
}
