/** A layer of a router: of Express 4 or of `router` 2, and what they have of it. */
export interface Layer {
  readonly handle: unknown
  readonly route?: { readonly path: unknown }
  /** `router` from 2.3: the path that it was registered with; older ones do not keep it. */
  readonly rawPath?: unknown
  /** Express 4: the path as one regular expression, with the names of its groups. */
  readonly regexp?: RegExp
  readonly keys?: readonly { readonly name: string | number }[]
  /** `router` 2: one matcher for each element of the path. */
  readonly matchers?: readonly Matcher[]
}

type Matcher = (path: string) => false | { readonly path: string; readonly params: Readonly<Record<string, unknown>> }

/** The pattern of a mount that matched the concrete path; where the layer does not keep it, it is rebuilt from that. */
export function mountPattern(layer: Layer, concrete: string): string {
  if (concrete === '') return ''
  if (layer.rawPath !== undefined) return toText(chosenPath(layer, layer.rawPath, concrete))
  if (layer.regexp !== undefined) return patternByGroups(layer, layer.regexp, concrete)
  const matcher = (layer.matchers ?? []).find((matches) => matches(concrete))
  return matcher === undefined ? concrete : patternByProbes(layer, matcher, concrete)
}

/** The pattern of a route that was called for a path in its router. */
export function routePattern(layer: Layer, url: string): string {
  const path = layer.rawPath ?? layer.route?.path
  return toText(Array.isArray(path) ? chosenPath(layer, path, url.split('?', 1)[0] ?? '') : path)
}

/** The element of a list of paths that matched; all of them where that cannot be told. */
function chosenPath(layer: Layer, paths: unknown, path: string): unknown {
  if (!Array.isArray(paths)) return paths
  const { regexp, matchers = [] } = layer
  const at = matchers.findIndex((matches) => matches(path))
  return (regexp === undefined ? paths[at] : paths.find((each) => each === patternByGroups(layer, regexp, path))) ?? paths.join(', ')
}

/** A path as it is joined to what is below it: `/` adds nothing. */
function toText(path: unknown): string {
  return typeof path === 'string' && path.endsWith('/') ? path.slice(0, -1) : String(path)
}

/** Express 4: puts each group's name where the group matched. */
function patternByGroups(layer: Layer, regexp: RegExp, concrete: string): string {
  // Paths given as text compile to something that ends so; a regular expression is used as it is.
  if (layer.route === undefined && !regexp.source.endsWith(MOUNT_END)) return String(regexp)
  const { keys = [] } = layer
  if (keys.length === 0) return firstSpelling(layer, concrete)
  const match = withIndices(layer, regexp).exec(concrete)
  const spans = (match?.indices ?? [])
    .slice(1)
    .map((span, at) => ({ span, name: keys[at]?.name }))
    .toSorted((one, other) => (one.span?.[0] ?? 0) - (other.span?.[0] ?? 0))
  let pattern = ''
  let last = 0
  for (const { span, name } of spans) {
    if (span === undefined || span[0] < last) continue
    pattern += concrete.slice(last, span[0]) + (typeof name === 'string' ? `:${name}` : '*')
    last = span[1]
  }
  return pattern + concrete.slice(last)
}

const MOUNT_END = '(?=\\/|$)'

/** `router` 2: a segment is a parameter if another text in its place matches too and comes back as the value. */
function patternByProbes(layer: Layer, matcher: Matcher, concrete: string): string {
  // Named so by `router` for regular expressions, whose source it does not keep.
  if (matcher.name === 'regexpMatcher') return 'RegExp'
  const match = matcher(concrete)
  const names = match === false ? [] : Object.keys(match.params)
  if (names.length === 0) return firstSpelling(layer, concrete)
  const segments = concrete.split('/')
  const shape = `${segments.length} ${names.join(' ')}`
  const known = patterns.get(layer)
  if (known?.shape === shape && known.matcher === matcher) return known.pattern
  const pattern = segments.map((segment, at) => probe(matcher, segments, segment, at)).join('/')
  patterns.set(layer, { shape, matcher, pattern })
  return pattern
}

/** By layer, the last pattern and what it holds for: a path with optional parts has several. */
const patterns = new WeakMap<Layer, { readonly shape: string; readonly matcher: Matcher; readonly pattern: string }>()

const PROBE = 'wayside-probe'

function probe(matcher: Matcher, segments: readonly string[], segment: string, at: number): string {
  if (segment === '') return segment
  const match = matcher(segments.with(at, PROBE).join('/'))
  if (match === false) return probePart(matcher, segments, segment, at)
  for (const [name, value] of Object.entries(match.params)) {
    if (value === PROBE) return `:${name}`
    if (Array.isArray(value) && value.includes(PROBE)) return `*${name}`
  }
  return segment
}

/** A parameter that is a part of its segment, as in `/v:major`. */
function probePart(matcher: Matcher, segments: readonly string[], segment: string, at: number): string {
  const match = matcher(segments.join('/'))
  for (const [name, value] of match === false ? [] : Object.entries(match.params)) {
    if (typeof value !== 'string' || !segment.includes(value)) continue
    const probed = matcher(segments.with(at, segment.replace(value, PROBE)).join('/'))
    if (probed !== false && probed.params[name] === PROBE) return segment.replace(value, `:${name}`)
  }
  return segment
}

/** Express matches literals in any case: the first spelling stands for all, or each would make an endpoint. */
function firstSpelling(layer: Layer, concrete: string): string {
  const known = spellings.get(layer)
  if (known?.toLowerCase() === concrete.toLowerCase()) return known
  spellings.set(layer, concrete)
  return concrete
}

const spellings = new WeakMap<Layer, string>()

function withIndices(layer: Layer, regexp: RegExp): RegExp {
  let indexed = indexedRegexps.get(layer)
  if (indexed === undefined) indexedRegexps.set(layer, (indexed = new RegExp(regexp.source, `${regexp.flags}d`)))
  return indexed
}

const indexedRegexps = new WeakMap<Layer, RegExp>()
