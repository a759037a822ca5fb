import type { Recorder } from '@wayside/core'
import type { NextFunction, Request, Response } from 'express'
import { patchLayers } from './layer-patch.ts'
import { placeOf } from './place-of.ts'
import { LAYER_CHANNEL, ROUTER_CHANNEL, createRouterTracer, requestOf } from './router-channel.ts'

/** What lets a recorder observe an Express app. */
export interface ExpressObserver {
  readonly middleware: (request: Request, response: Response, next: NextFunction) => void
  /** Stops to listen to routers; the recorder is left as it is. */
  close(): void
}

/** Makes the middleware that lets `recorder` observe every request. For adapters of frameworks that run on Express. */
export function observeExpress(recorder: Recorder<Request>): ExpressObserver {
  if (!recorder.enabled) return { middleware: (_request, _response, next) => next(), close: () => {} }
  const tracer = createRouterTracer()
  for (const channel of [ROUTER_CHANNEL, LAYER_CHANNEL])
    recorder.follow(`${channel}:start`, (call) => tracer.traceOf(requestOf(call))?.observation)

  const middleware = (request: Request, response: Response, next: NextFunction): void => {
    const trace = tracer.traceOf(request) ?? beginTrace(request)
    const observation = recorder.observe({
      request,
      response,
      source: request,
      url: request.originalUrl,
      // Routers take their `next` back when they pass a request on: without one, nobody answered but Express itself.
      route: () => trace.template(request.next === undefined && response.statusCode === 404),
    })
    if (observation === null) return next()
    trace.observation = observation
    observation.run(next)
  }

  /** Routers that tell nothing by themselves are old ones; from the next request on, theirs tell too. */
  const beginTrace = (request: Request) => {
    patchLayers(request.app)
    return tracer.begin(request, placeOf(middleware, request))
  }

  return { middleware, close: tracer.close }
}
