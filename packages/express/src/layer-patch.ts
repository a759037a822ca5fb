import type { ServerResponse } from 'node:http'
import { layersOf } from './layers-of.ts'
import type { Layer } from './layer-pattern.ts'
import type { Next, RoutedRequest } from './route-trace.ts'
import { traceInRouter } from './traced-requests.ts'

type HandleRequest = (this: Layer, req: RoutedRequest, res: ServerResponse, next: Next) => unknown
type HandleError = (this: Layer, error: unknown, req: RoutedRequest, res: ServerResponse, next: Next) => unknown

const PATCHED = Symbol.for('wayside.express.layer.1')

/**
 * Makes the routers of an app tell each call of a layer to the request's trace. The prototype of their layers is reached
 * from the app, so routers made before count too. Patched once for a process; while nobody observes it calls straight
 * through. Does nothing where there is no such app.
 *
 * `router` from 2.3 tells its calls on a diagnostics channel, but makes a context and several functions for each of them.
 */
export function patchLayers(app: unknown): void {
  const prototype = layerPrototype(app)
  if (prototype === null || Reflect.has(prototype, PATCHED)) return
  Object.defineProperty(prototype, PATCHED, { value: true })
  // Boundary casts: the names, of Express 4 and of `router` 2, say what they are.
  for (const name of ['handle_request', 'handleRequest']) replace(prototype, name, (original) => toRequestTold(original as HandleRequest))
  for (const name of ['handle_error', 'handleError']) replace(prototype, name, (original) => toErrorTold(original as HandleError))
}

function replace(prototype: object, name: string, toTold: (original: unknown) => unknown): void {
  const original: unknown = Reflect.get(prototype, name)
  if (typeof original === 'function') Reflect.set(prototype, name, toTold(original))
}

function toRequestTold(original: HandleRequest): HandleRequest {
  return function handleTold(this: Layer, req, res, next) {
    const trace = traceInRouter(req)
    if (trace === undefined) return original.call(this, req, res, next)
    trace.resume()
    // The layers inside a route, which alone have a method, add nothing to where the route is.
    return original.call(this, req, res, 'method' in this ? next : trace.enter(this, req, res, next))
  }
}

/** Error handlers are called with errors that came from elsewhere than a handler too, as from a parameter's. */
function toErrorTold(original: HandleError): HandleError {
  return function handleErrorTold(this: Layer, error, req, res, next) {
    const trace = traceInRouter(req)
    trace?.resume()
    trace?.fail(error)
    return original.call(this, error, req, res, next)
  }
}

/** The prototype of the layers in an app's router; `null` when this is no such app. */
function layerPrototype(app: unknown): object | null {
  const [layer] = layersOf(app)
  return layer === undefined ? null : Object.getPrototypeOf(layer)
}
