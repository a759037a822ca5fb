/**
 * A path as it travels beside its route: `null` when they are equal; without the route's fixed beginning where it has
 * one (`/users/7` under `/users/:id` is `7`); else whole. A text that would be mistaken for another form starts with `=`.
 */
export function toShortPath(path: string, route: string | null): string | null {
  if (path === route) return null
  const fixed = route === null ? '' : fixedStart(route)
  if (fixed !== '' && path.startsWith(fixed)) {
    const rest = path.slice(fixed.length)
    if (!rest.startsWith('/') && !rest.startsWith('=')) return rest
  }
  return path.startsWith('/') ? path : `=${path}`
}

/** The path again; `null` when the short form is `null` and there is no route. */
export function fromShortPath(short: string | null, route: string | null): string | null {
  if (short === null) return route
  if (short.startsWith('/')) return short
  if (short.startsWith('=')) return short.slice(1)
  return (route === null ? '' : fixedStart(route)) + short
}

/** What comes before a route's first parameter or wildcard, in the notation of any framework. */
function fixedStart(route: string): string {
  for (let at = 0; at < route.length; at++) {
    const code = route.charCodeAt(at)
    if (code === COLON || code === ASTERISK || code === BRACE || code === PARENTHESIS) return route.slice(0, at)
  }
  return ''
}

const COLON = 58
const ASTERISK = 42
const BRACE = 123
const PARENTHESIS = 40
