import { mountPattern, type Layer } from './layer-pattern.ts'
import { layersOf } from './layers-of.ts'
import { ROOT, type Place } from './route-trace.ts'

interface ExpressRequest {
  readonly app: unknown
  readonly baseUrl: string
  readonly path: string
}

/**
 * Where the router that is calling `handle` is mounted; `null` when that cannot be told, as in an app that is mounted in
 * another.
 */
export function placeOf(handle: unknown, { app, baseUrl, path }: ExpressRequest): Place | null {
  return baseUrl === '' ? ROOT : search(handle, app, baseUrl, baseUrl + path, ROOT)
}

function search(handle: unknown, owner: unknown, baseUrl: string, path: string, place: Place): Place | null {
  for (const layer of layersOf(owner)) {
    const concrete = mountedAt(layer, path)
    const base = place.base + concrete
    if (layer.handle === handle) {
      if (base === baseUrl) return place
      continue
    }
    const inside = { template: place.template + mountPattern(layer, concrete), base }
    const found = search(handle, layer.handle, baseUrl, path.slice(concrete.length), inside)
    if (found !== null) return found
  }
  return null
}

/** The part of the path that a mount takes off. */
function mountedAt({ regexp, matchers = [] }: Layer, path: string): string {
  const taken = regexp === undefined ? firstMatch(matchers, path) : (regexp.exec(path)?.[0] ?? '')
  return taken.endsWith('/') ? taken.slice(0, -1) : taken
}

function firstMatch(matchers: NonNullable<Layer['matchers']>, path: string): string {
  for (const matches of matchers) {
    const match = matches(path)
    if (match !== false) return match.path
  }
  return ''
}
