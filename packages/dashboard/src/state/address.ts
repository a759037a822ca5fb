import { signal, type ReadonlySignal } from '@preact/signals'

/** What changes in an address: one value, several, or none. */
export type Changes = Readonly<Record<string, string | readonly string[] | null>>

export interface Place {
  /** The last part of the path; empty for the first page. */
  readonly name: string
  readonly params: URLSearchParams
}

/** The page's state in the address bar: every view can be reloaded, linked and left with the back button. */
export interface Address {
  readonly place: ReadonlySignal<Place>
  /**
   * Changes parameters of the place.
   * @param way - `push` makes a step that the back button takes back, `replace` does not
   */
  set(changes: Changes, way?: 'push' | 'replace'): void
  /** Goes to another place. */
  go(name: string, params: URLSearchParams): void
  /** The address of a place, for links. */
  href(name: string, params: URLSearchParams): string
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
  const read = (): Place => ({ name: window.location.pathname.split('/').at(-1) ?? '', params: new URLSearchParams(window.location.search) })
  const place = signal(read())
  window.addEventListener('popstate', () => (place.value = read()))

  const href = (name: string, params: URLSearchParams) => {
    const query = formatParams(params)
    // What follows # stays: it holds the token of a shared link.
    return window.location.pathname.replace(/[^/]*$/, name) + (query === '' ? '' : `?${query}`) + window.location.hash
  }
  const show = (name: string, params: URLSearchParams, way: 'push' | 'replace') => {
    if (way === 'push') window.history.pushState(null, '', href(name, params))
    else window.history.replaceState(null, '', href(name, params))
    place.value = { name, params }
  }

  return {
    place,
    set(changes, way = 'push') {
      const { name, params } = place.peek()
      show(name, withChanges(params, changes), way)
    },
    go: (name, params) => show(name, params, 'push'),
    href,
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

/** A copy with the changes. */
export function withChanges(params: URLSearchParams, changes: Changes): URLSearchParams {
  const next = new URLSearchParams(params)
  for (const [name, value] of Object.entries(changes)) {
    next.delete(name)
    for (const each of value === null ? [] : typeof value === 'string' ? [value] : value) next.append(name, each)
  }
  return next
}

/** Readable where an address allows it: `f=country:DE` rather than `f=country%3ADE`. */
function formatParams(params: URLSearchParams): string {
  const encode = (text: string) => encodeURIComponent(text).replace(/%(3A|2F|2C|40)/g, (code) => decodeURIComponent(code))
  return [...params].map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&')
}
