import { signal, type ReadonlySignal } from '@preact/signals'

/** The page's state in the address bar: every view can be reloaded, linked and left with the back button. */
export interface Address {
  /** Parameters of the query string. */
  readonly params: ReadonlySignal<URLSearchParams>
  /**
   * Sets one parameter, or removes it with `null`.
   * @param way - `push` makes a step that the back button takes back, `replace` does not
   */
  set(name: string, value: string | null, way?: 'push' | 'replace'): void
  /**
   * Takes one parameter out of the fragment and out of the address, so that it is in no bookmark, history entry or
   * copied link; `null` when it is not there.
   */
  takeFromFragment(name: string): string | null
  /**
   * Loads the page anew in place of this one. Chromium keeps the address that was opened beside the one that it shows,
   * and forgets it only so.
   */
  reload(): void
  /** Calls back when a link to this same page with another fragment was followed. @returns stops it */
  onFragment(listener: () => void): () => void
}

/** What an address needs of a browser's window. */
export interface AddressWindow {
  readonly location: Pick<Location, 'href' | 'pathname' | 'search' | 'hash' | 'replace'>
  readonly history: Pick<History, 'pushState' | 'replaceState'>
  addEventListener(type: 'popstate' | 'hashchange', listener: () => void): void
  removeEventListener(type: 'popstate' | 'hashchange', listener: () => void): void
}

export function createAddress(window: AddressWindow): Address {
  const params = signal(new URLSearchParams(window.location.search))
  window.addEventListener('popstate', () => (params.value = new URLSearchParams(window.location.search)))

  return {
    params,
    set(name, value, way = 'push') {
      const next = new URLSearchParams(params.peek())
      if (value === null) next.delete(name)
      else next.set(name, value)
      const query = next.toString()
      const url = window.location.pathname + (query === '' ? '' : `?${query}`)
      if (way === 'push') window.history.pushState(null, '', url)
      else window.history.replaceState(null, '', url)
      params.value = next
    },
    takeFromFragment(name) {
      const fragment = new URLSearchParams(window.location.hash.slice(1))
      const value = fragment.get(name)
      if (value === null) return null
      window.history.replaceState(null, '', window.location.pathname + window.location.search)
      return value
    },
    reload: () => window.location.replace(window.location.href),
    onFragment(listener) {
      window.addEventListener('hashchange', listener)
      return () => window.removeEventListener('hashchange', listener)
    },
  }
}
