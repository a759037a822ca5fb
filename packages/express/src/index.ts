import { createRecorder, type Options, type Recorder } from '@wayside/core'
import type { NextFunction, Request, Response } from 'express'
import manifest from '../package.json' with { type: 'json' }
import { observeExpress } from './observe-express.ts'

export type { Deadline, FlushResult, Options, Stats } from '@wayside/core'
export { observeExpress, type ExpressObserver } from './observe-express.ts'

/** Options whose mappers get Express's `req`. */
export type AnalyticsOptions = Options<Request>

/** Express middleware that also delivers on demand, stops and counts. */
export interface Analytics extends Pick<Recorder<Request>, 'flush' | 'close' | 'stats'> {
  (request: Request, response: Response, next: NextFunction): void
}

/**
 * Observes every request of an Express 4 or 5 app, or of the router that it is added to. Add it first, so that what later
 * middleware answers counts too.
 * @param apiKey - the project's ingest key; without it the option or `WAYSIDE_API_KEY` is used.
 * @throws WaysideOptionError when an option cannot be used.
 * @example
 * ```ts
 * import { analytics } from '@wayside/express'
 * app.use(analytics(key, { getUserId: (req) => req.get('x-user') }))
 * ```
 */
export function analytics(apiKey?: string, options: AnalyticsOptions = {}): Analytics {
  const recorder = createRecorder<Request>({
    framework: 'express',
    sdk: `${manifest.name}/${manifest.version}`,
    apiKey,
    options,
  })
  const observer = observeExpress(recorder)
  const close: Analytics['close'] = (deadline) => {
    observer.close()
    return recorder.close(deadline)
  }
  return Object.assign(observer.middleware, { flush: recorder.flush, close, stats: recorder.stats })
}
