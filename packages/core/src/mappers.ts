import type { MapperName, Mappers } from './options.ts'

/** Asks the host's mappers. One that misbehaves costs its own value and is counted; nothing here throws. */
export interface MapperReader<Source> {
  /** The mapper's text; `null` when it knows none or is not set. */
  text(name: Exclude<MapperName, 'getTags'>, source: Source): string | null
  tags(source: Source): ReadonlyMap<string, string> | null
  /** Counts a result that turned out to be nonsense later. */
  fault(name: MapperName): void
  /** Results that were thrown away, by mapper. */
  readonly faults: Readonly<Partial<Record<MapperName, number>>>
}

/** Makes the reader of one host's mappers, with every count at 0. */
export function createMapperReader<Source>(mappers: Mappers<Source>): MapperReader<Source> {
  const faults: Partial<Record<MapperName, number>> = {}
  const fault = (name: MapperName) => void (faults[name] = (faults[name] ?? 0) + 1)
  return {
    text(name, source) {
      const mapper: Ask<Source> | null = mappers[name]
      return mapper === null ? null : mapText(name, mapper, source, fault)
    },
    tags(source) {
      return mappers.getTags === null ? null : mapTags(mappers.getTags, source, fault)
    },
    fault,
    get faults() {
      return { ...faults }
    },
  }
}

/** A mapper whose result is not believed yet. */
type Ask<Source> = (source: Source) => unknown
type Fault = (name: MapperName) => void

/** Whole numbers and bigints, the usual ids, become text; an empty text is none. */
function mapText<Source>(name: MapperName, mapper: Ask<Source>, source: Source, fault: Fault): string | null {
  const value = ask(name, mapper, source, fault)
  if (typeof value === 'string') return value === '' ? null : value
  if (value === null || value === undefined) return null
  if (typeof value === 'bigint' || (typeof value === 'number' && Number.isFinite(value))) return String(value)
  fault(name)
  return null
}

function mapTags<Source>(mapper: Ask<Source>, source: Source, fault: Fault): ReadonlyMap<string, string> | null {
  const value = ask('getTags', mapper, source, fault)
  if (value === null || value === undefined) return null
  if (typeof value === 'object' && !Array.isArray(value)) return readTags(value, fault)
  fault('getTags')
  return null
}

/** Numbers and booleans become text, missing values are left out; any other value costs that one tag and is a fault. */
function readTags(value: object, fault: Fault): ReadonlyMap<string, string> | null {
  const tags = new Map<string, string>()
  try {
    for (const [name, tag] of Object.entries(value)) {
      if (typeof tag === 'string' || typeof tag === 'number' || typeof tag === 'boolean') tags.set(name, String(tag))
      else if (tag !== null && tag !== undefined) fault('getTags')
    }
  } catch {
    fault('getTags') // A getter or a proxy of the host's object has thrown.
  }
  return tags.size === 0 ? null : tags
}

function ask<Source>(name: MapperName, mapper: Ask<Source>, source: Source, fault: Fault): unknown {
  try {
    const value = mapper(source)
    if (!isPromise(value)) return value
    // Mappers are synchronous. A promise is not awaited, and its rejection must not become the host's.
    value.then(undefined, () => undefined)
  } catch {
    // The fault is counted below; the request must not notice.
  }
  fault(name)
  return null
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
