import type { Recorder } from '@wayside/core'
import type { NextFunction, Request, Response } from 'express'
import { patchLayers } from './layer-patch.ts'
import { placeOf } from './place-of.ts'
import { beginTrace, startTracing, traceOf } from './traced-requests.ts'

/** What lets a recorder observe an Express app. */
export interface ExpressObserver {
  readonly middleware: (request: Request, response: Response, next: NextFunction) => void
  /** Stops to follow routers; the recorder is left as it is. */
  close(): void
}

/** Makes the middleware that lets `recorder` observe every request. For adapters of frameworks that run on Express. */
export function observeExpress(recorder: Recorder<Request>): ExpressObserver {
  if (!recorder.enabled) return { middleware: (_request, _response, next) => next(), close: () => {} }
  let patched: unknown

  const middleware = (request: Request, response: Response, next: NextFunction): void => {
    const observation = recorder.observe({
      request,
      response,
      source: request,
      url: request.originalUrl,
      // Routers take their `next` back when they pass a request on: without one, nobody answered but Express itself.
      route: () => trace.template(request.next === undefined && response.statusCode === 404),
    })
    if (observation === null) return next()
    if (request.app !== patched) patchLayers((patched = request.app))
    const trace = traceOf(request) ?? beginTrace(request, placeOf(middleware, request))
    trace.observations = [...trace.observations, observation]
    observation.run(next)
  }

  return { middleware, close: startTracing() }
}
