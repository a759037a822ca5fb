import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createAttachment } from '@wayside/core'
import { RouteTrace, type Place, type RouterRun } from './route-trace.ts'

/** Where `router` 2.3 and newer, which Express 5.3 brings, tells each call of a handler. */
export const ROUTER_CHANNEL = 'tracing:express.router.request'
/** Where the patched layers of older routers tell the same. */
export const LAYER_CHANNEL = 'tracing:wayside.express.layer.1'

/** What both channels tell. */
export interface LayerCall {
  readonly req: RoutedRequest
  readonly res: ServerResponse
  readonly layer: object
  /** The element of the registered path that matched; patched layers find it only when asked. */
  readonly route: unknown
  readonly param?: unknown
  readonly errorHandler?: boolean
  readonly error?: unknown
}

export interface RoutedRequest extends IncomingMessage {
  readonly baseUrl?: string
  readonly next?: unknown
}

/** Finds the pattern of a patched layer. */
export type PatternReader = (run: RouterRun) => unknown

/** Traces the requests of all routers in the process until it is closed. */
export interface RouterTracer {
  /** The trace of a request; `undefined` when no router has told about it. */
  traceOf(request: object): RouteTrace | undefined
  /** Traces a request whose first routers were not seen. */
  begin(request: object, place: Place | null): RouteTrace
  close(): void
}

export function createRouterTracer(): RouterTracer {
  const traces = createAttachment<RouteTrace>()

  function onStart(message: unknown): void {
    // Boundary cast: only routers and our own patch publish on these channels.
    const { req, res, layer, route, param, errorHandler } = message as LayerCall
    if (param !== undefined || errorHandler === true) return
    let trace = traces.get(req)
    if (trace === undefined) traces.set(req, (trace = new RouteTrace()))
    const run = trace.runOf(req.next)
    const base = req.baseUrl ?? ''
    // Layers of a route have a method, `undefined` for all of them; layers of a router do not.
    if ('method' in layer) trace.enterRoute(run, toText(route, run))
    else if (res.headersSent) trace.enterAnswered(run, base)
    else trace.enterMount(run, base === run.base ? '' : toText(route, run), base)
  }

  function onError(message: unknown): void {
    const { req, error } = message as LayerCall
    traces.get(req)?.fail(error)
  }

  const listeners = [ROUTER_CHANNEL, LAYER_CHANNEL].flatMap(
    (channel) => [[`${channel}:start`, onStart], [`${channel}:error`, onError]] as const,
  )
  for (const [channel, listener] of listeners) subscribe(channel, listener)

  return {
    traceOf: (request) => traces.get(request),
    begin(request, place) {
      const trace = new RouteTrace(place)
      traces.set(request, trace)
      return trace
    },
    close() {
      for (const [channel, listener] of listeners) unsubscribe(channel, listener)
    },
  }
}

/** The request that a call is about. */
export function requestOf(message: unknown): RoutedRequest {
  return (message as LayerCall).req
}

/** A path as it is joined to what is below it: `/` adds nothing. */
function toText(route: unknown, run: RouterRun): string {
  const pattern = typeof route === 'function' ? (route as PatternReader)(run) : route
  if (typeof pattern === 'string') return pattern.endsWith('/') ? pattern.slice(0, -1) : pattern
  return pattern === undefined ? '' : String(pattern)
}
