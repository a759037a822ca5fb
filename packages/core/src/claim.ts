/**
 * Makes the claim of one key on requests. A claim answers `false` when a recorder with the same key has the request
 * already, whether of this copy of the package or of another: an app may load both the ESM and the CommonJS build.
 *
 * A request carries the claims on it as a member under a symbol, numbers that stand for keys. That costs a fraction of a
 * WeakMap entry for each request, and shows no key to whoever prints the request.
 */
export function createClaim(apiKey: string): (request: object) => boolean {
  const id = idOf(apiKey)
  return (request: Claimed) => {
    const claims = request[CLAIMS]
    if (claims === undefined) request[CLAIMS] = id
    else if (claims === id || (typeof claims === 'object' && claims.includes(id))) return false
    else request[CLAIMS] = typeof claims === 'object' ? [...claims, id] : [claims, id]
    return true
  }
}

/** In the global registry of symbols, so that all copies of the package mean the same one. */
const CLAIMS: unique symbol = Symbol.for('wayside.claims.1')

interface Claimed {
  [CLAIMS]?: number | readonly number[]
}

/** The number of a key in this process; all copies of the package share one list of keys. */
function idOf(apiKey: string): number {
  const shared: unknown = Reflect.get(globalThis, CLAIMS)
  // Boundary cast: only this function of some copy writes under this versioned symbol.
  const keys = shared instanceof Map ? (shared as Map<string, number>) : new Map<string, number>()
  if (keys !== shared) Object.defineProperty(globalThis, CLAIMS, { value: keys })
  const known = keys.get(apiKey)
  if (known !== undefined) return known
  keys.set(apiKey, keys.size)
  return keys.size - 1
}
