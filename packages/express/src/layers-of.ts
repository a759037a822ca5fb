import type { Layer } from './layer-pattern.ts'

/** The layers of an app or a router of Express; none where this is something else. */
export function layersOf(owner: unknown): readonly Layer[] {
  if (!isObject(owner)) return []
  const own: unknown = Reflect.get(owner, 'stack')
  // `app.router` throws in Express 4, where the router is `app._router`.
  const stack = Array.isArray(own) ? own : routerStack(Reflect.get(owner, '_router') ?? routerOf(owner))
  return Array.isArray(stack) ? (stack as Layer[]) : []
}

function routerOf(app: object): unknown {
  return 'lazyrouter' in app ? undefined : Reflect.get(app, 'router')
}

function routerStack(router: unknown): unknown {
  return isObject(router) ? Reflect.get(router, 'stack') : undefined
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}
