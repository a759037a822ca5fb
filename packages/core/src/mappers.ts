import type { MapperName } from './options.ts'

/** Counts a mapper's result that could not be used. */
export type FaultCounter = (mapper: MapperName) => void

/** What a mapper may return and still be no fault. */
type Returned = string | number | bigint | boolean | object | null | undefined

/**
 * Asks a mapper for a text. `null` when it knows none; a fault when it throws, or returns what is neither a text nor
 * nothing. Whole numbers and bigints, the usual ids, become text.
 */
export function mapText<Source>(
  name: MapperName,
  mapper: (source: Source) => Returned,
  source: Source,
  onFault: FaultCounter,
): string | null {
  const value = ask(name, mapper, source, onFault)
  if (typeof value === 'string') return value === '' ? null : value
  if (value === null || value === undefined) return null
  if (typeof value === 'bigint' || (typeof value === 'number' && Number.isFinite(value))) return String(value)
  onFault(name)
  return null
}

/**
 * Asks the tags mapper for its labels. Numbers and booleans become text, missing values are left out; any other value
 * costs that one tag and counts as a fault.
 */
export function mapTags<Source>(
  mapper: (source: Source) => Returned,
  source: Source,
  onFault: FaultCounter,
): ReadonlyMap<string, string> | null {
  const value = ask('getTags', mapper, source, onFault)
  if (value === null || value === undefined) return null
  if (typeof value !== 'object' || Array.isArray(value)) {
    onFault('getTags')
    return null
  }
  return readTags(value, onFault)
}

function readTags(value: object, onFault: FaultCounter): ReadonlyMap<string, string> | null {
  const tags = new Map<string, string>()
  try {
    for (const [name, tag] of Object.entries(value)) {
      if (typeof tag === 'string' || typeof tag === 'number' || typeof tag === 'boolean') tags.set(name, String(tag))
      else if (tag !== null && tag !== undefined) onFault('getTags')
    }
  } catch {
    onFault('getTags') // A getter or a proxy of the host's object has thrown.
  }
  return tags.size === 0 ? null : tags
}

function ask<Source>(name: MapperName, mapper: (source: Source) => Returned, source: Source, onFault: FaultCounter): Returned {
  try {
    const value = mapper(source)
    if (!isPromise(value)) return value
    // Mappers are synchronous. A promise is not awaited, and its rejection must not become the host's.
    value.then(undefined, () => undefined)
  } catch {
    // The fault is counted below; the request must not notice.
  }
  onFault(name)
  return null
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
