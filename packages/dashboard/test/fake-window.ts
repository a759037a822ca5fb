/** The part of a window that holds an address and its history, with a back button. */
export function createFakeWindow(href: string) {
  const entries = [new URL(href)]
  const loaded: string[] = []
  const listeners = new Map<string, Set<() => void>>()
  const emit = (type: string) => listeners.get(type)?.forEach((listener) => listener())
  const here = () => entries.at(-1) ?? new URL(href)
  return {
    /** All addresses of the history, the current one last. */
    entries,
    /** Follows a link. */
    follow(to: string) {
      entries.push(new URL(to, here()))
      emit('hashchange')
    },
    back() {
      entries.pop()
      emit('popstate')
    },
    /** Addresses that were loaded in place of the page. */
    loaded,
    get location() {
      const { href, pathname, search, hash } = here()
      return { href, pathname, search, hash, replace: (url: string | URL) => void loaded.push(String(url)) }
    },
    history: {
      pushState: (_state: unknown, _unused: string, url: string) => void entries.push(new URL(url, here())),
      replaceState: (_state: unknown, _unused: string, url: string) => void entries.splice(-1, 1, new URL(url, here())),
    },
    addEventListener(type: string, listener: () => void) {
      listeners.set(type, (listeners.get(type) ?? new Set()).add(listener))
    },
    removeEventListener: (type: string, listener: () => void) => void listeners.get(type)?.delete(listener),
  }
}

/** Storage in memory. */
export function createFakeStorage(entries: Readonly<Record<string, string>> = {}) {
  const map = new Map(Object.entries(entries))
  return {
    map,
    getItem: (name: string) => map.get(name) ?? null,
    setItem: (name: string, value: string) => void map.set(name, value),
    removeItem: (name: string) => void map.delete(name),
  }
}
