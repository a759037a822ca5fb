import type { ParameterizedContext } from 'koa'

/** One registered path of @koa/router; middleware mounted with `router.use` has no methods. */
interface Layer {
  readonly path: string | RegExp
  readonly methods: readonly string[]
  readonly regexp: RegExp
}

/**
 * The template of the route that @koa/router 12 to 15 chose, prefixes and parent routers included; `null` when no
 * route of the request's method matched. A regular expression is its own text.
 */
export function toRoute(ctx: ParameterizedContext): string | null {
  // `_matchedRoute` alone is not enough: it names the layer entered last, also one of `router.use`.
  const entered: unknown = ctx['_matchedRoute']
  const matched: unknown = ctx['matched']
  if (entered === undefined || !Array.isArray(matched)) return null
  const layers: readonly Layer[] = matched
  const routes = layers.filter((layer) => layer.methods.includes(ctx.method))
  const route = routes.find((layer) => layer.path === entered) ?? routes[0]
  return route === undefined ? null : mountPrefix(ctx, route) + String(route.path)
}

/**
 * What koa-mount took off the path before the router saw it. It tells its innermost prefix only, so the prefix is the
 * part of the path that ends in it and leaves what the route matches. koa-mount compares prefixes literally, so this
 * part is as registered.
 */
function mountPrefix(ctx: ParameterizedContext, route: Layer): string {
  const mount: unknown = ctx['mountPath']
  if (typeof mount !== 'string' || mount === '/') return ''
  const path = ctx.originalUrl.split('?', 1)[0] ?? ''
  for (let at = path.indexOf('/', 1); at !== -1; at = path.indexOf('/', at + 1)) {
    const prefix = path.slice(0, at)
    if (prefix.endsWith(mount) && matches(route.regexp, path.slice(at))) return prefix
  }
  return path.endsWith(mount) && matches(route.regexp, '/') ? path : ''
}

/** A regular expression of the app may carry a position of its own from match to match. */
function matches(regexp: RegExp, path: string): boolean {
  return path.search(regexp) !== -1
}
