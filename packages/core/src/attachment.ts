/** Values that belong to objects, one each, for as long as the object lives. */
export interface Attachment<Value> {
  get(owner: object): Value | undefined
  set(owner: object, value: Value): void
}

/**
 * Attaches values to requests and the like, as a member under a symbol that nobody else has. A WeakMap would do the
 * same, but one entry for each request costs the garbage collector about 20 µs (Node 24, `bench/overhead`).
 */
export function createAttachment<Value>(): Attachment<Value> {
  const member = Symbol('wayside')
  return {
    // Boundary casts: only these two functions know the symbol.
    get: (owner) => (owner as { [member]?: Value })[member],
    set: (owner, value) => void ((owner as { [member]?: Value })[member] = value),
  }
}
