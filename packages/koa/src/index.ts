import { createAttachment, createRecorder, type Observation, type Options, type Recorder } from '@wayside/core'
import type Koa from 'koa'
import manifest from '../package.json' with { type: 'json' }
import { toRoute } from './route.ts'

export type { Deadline, FlushResult, Options, Stats } from '@wayside/core'

/** Options whose mappers get Koa's `ctx`. */
export type AnalyticsOptions = Options<Koa.ParameterizedContext>

/** Koa middleware that also delivers on demand, stops and counts. */
export type Analytics = Koa.Middleware & Pick<Recorder<Koa.ParameterizedContext>, 'flush' | 'close' | 'stats'>

/**
 * Observes every request of a Koa 2 or 3 app. Mount it first, so that it sees what later middleware answers.
 * @param apiKey - the project's ingest key; without it the option or `WAYSIDE_API_KEY` is used.
 * @throws WaysideOptionError when an option cannot be used.
 * @example
 * ```ts
 * import { analytics } from '@wayside/koa'
 * app.use(analytics(key, { getUserId: (ctx) => ctx.state.user?.id }))
 * ```
 */
export function analytics(apiKey?: string, options: AnalyticsOptions = {}): Analytics {
  const recorder = createRecorder<Koa.ParameterizedContext>({
    framework: 'koa',
    sdk: `${manifest.name}/${manifest.version}`,
    apiKey,
    options,
  })
  const observations = createAttachment<Observation>()
  const watchedApps = new WeakSet<Koa>()

  const middleware = async (ctx: Koa.ParameterizedContext, next: Koa.Next): Promise<unknown> => {
    const observation = recorder.observe({
      request: ctx.req,
      response: ctx.res,
      source: ctx,
      url: ctx.originalUrl,
      route: () => toRoute(ctx),
    })
    if (observation === null) return next()
    observations.set(ctx, observation)
    watchErrors(ctx.app)
    try {
      return await observation.run(next)
    } catch (error) {
      observation.fail(error)
      throw error
    }
  }

  /**
   * Errors of a response's stream pass no middleware; only the app hears of them. Listening starts with the first
   * request, because Koa logs errors by itself only if nobody listened when it started.
   */
  const watchErrors = (app: Koa): void => {
    if (watchedApps.has(app)) return
    watchedApps.add(app)
    app.on('error', (error: unknown, ctx?: object) => {
      if (ctx !== undefined) observations.get(ctx)?.fail(error)
    })
  }

  return Object.assign(middleware, { flush: recorder.flush, close: recorder.close, stats: recorder.stats })
}
