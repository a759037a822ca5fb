/**
 * Claims a request for a key: `false` when a recorder with the same key has it already, whether of this copy of the
 * package or of another (an app may load both the ESM and the CommonJS build).
 */
export function claim(request: object, apiKey: string): boolean {
  const claims = sharedClaims()
  const keys = claims.get(request)
  if (keys === undefined) claims.set(request, [apiKey])
  else if (keys.includes(apiKey)) return false
  else keys.push(apiKey)
  return true
}

const SHARED = Symbol.for('wayside.claims.1')

/** All copies of the package share one map; it forgets a request together with the request. */
function sharedClaims(): WeakMap<object, string[]> {
  const shared: unknown = Reflect.get(globalThis, SHARED)
  // Boundary cast: only this function of some copy writes under this versioned symbol.
  if (shared instanceof WeakMap) return shared as WeakMap<object, string[]>
  const created = new WeakMap<object, string[]>()
  Object.defineProperty(globalThis, SHARED, { value: created })
  return created
}
