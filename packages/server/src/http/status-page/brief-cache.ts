/** Remembers answers for a short time; who asks for the same meanwhile waits for the same work. */
export interface BriefCache<Value> {
  get(key: string, read: () => Promise<Value>): Promise<Value>
}

export interface BriefCacheOptions {
  readonly keepMs: number
  readonly maxEntries: number
  readonly monotonicMs: () => number
}

export function createBriefCache<Value>({ keepMs, maxEntries, monotonicMs }: BriefCacheOptions): BriefCache<Value> {
  const entries = new Map<string, { readonly value: Promise<Value>; readonly readAt: number }>()
  return {
    get(key, read) {
      const found = entries.get(key)
      if (found !== undefined && monotonicMs() - found.readAt < keepMs) return found.value
      // The oldest entry is the first: each goes to the end when it is read anew.
      entries.delete(key)
      const [oldest] = entries.keys()
      if (entries.size >= maxEntries && oldest !== undefined) entries.delete(oldest)
      const entry = { value: read(), readAt: monotonicMs() }
      entries.set(key, entry)
      entry.value.catch(() => {
        if (entries.get(key) === entry) entries.delete(key)
      })
      return entry.value
    },
  }
}
