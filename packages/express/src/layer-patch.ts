import { channel } from 'node:diagnostics_channel'
import type { ServerResponse } from 'node:http'
import { chosenPath, mountPattern, type Layer } from './layer-pattern.ts'
import { layersOf } from './layers-of.ts'
import { LAYER_CHANNEL, type LayerCall, type RoutedRequest } from './router-channel.ts'

/** `layer.handle_request` in Express 4, `layer.handleRequest` in `router` 2. */
type HandleRequest = (this: Layer, req: RoutedRequest, res: ServerResponse, next: (error?: unknown) => void) => unknown

const PATCHED = Symbol.for('wayside.express.layer.1')

/**
 * Makes the routers of an Express 4 app, or of `router` before 2.3, tell on a channel what newer ones tell by themselves.
 * Their layers' prototype is reached from the app, so routers made before count too. Patched once for a process; without
 * subscribers it calls straight through. Does nothing where there is no such app.
 */
export function patchLayers(app: unknown): void {
  const prototype = layerPrototype(app)
  if (prototype === null || Reflect.has(prototype, PATCHED)) return
  const name = ['handle_request', 'handleRequest'].find((each) => typeof Reflect.get(prototype, each) === 'function')
  if (name === undefined) return
  // Boundary cast: the name says what it is in every release of both lines.
  const original = Reflect.get(prototype, name) as HandleRequest
  Object.defineProperty(prototype, PATCHED, { value: true })
  Reflect.set(prototype, name, toTold(original))
}

const start = channel(`${LAYER_CHANNEL}:start`)
const failed = channel(`${LAYER_CHANNEL}:error`)

function toTold(original: HandleRequest): HandleRequest {
  return function handleTold(this: Layer, req, res, next) {
    if (!start.hasSubscribers) return original.call(this, req, res, next)
    if (this.route !== undefined) {
      // The route's own layers are told one by one; only here is known which element of a list matched.
      if (Array.isArray(this.route.path)) chosenPaths.set(req, chosenPath(this, req))
      return original.call(this, req, res, next)
    }
    const call: LayerCall = { req, res, layer: this, route: 'method' in this ? routePattern(req) : toReader(this, req) }
    const told = (error?: unknown) => {
      if (error && error !== 'route' && error !== 'router') failed.publish({ ...call, error })
      next(error)
    }
    return start.runStores(call, () => original.call(this, req, res, told))
  }
}

const chosenPaths = new WeakMap<RoutedRequest, string>()

function routePattern(req: RoutedRequest & { readonly route?: { readonly path: unknown } }): unknown {
  const path = req.route?.path
  return Array.isArray(path) ? (chosenPaths.get(req) ?? path.join(', ')) : path
}

function toReader(layer: Layer, req: RoutedRequest) {
  return ({ base }: { readonly base: string }) => mountPattern(layer, (req.baseUrl ?? '').slice(base.length))
}

/** The prototype of the layers in an app's router; `null` when this is no such app. */
function layerPrototype(app: unknown): object | null {
  const [layer] = layersOf(app)
  return layer === undefined ? null : Object.getPrototypeOf(layer)
}
