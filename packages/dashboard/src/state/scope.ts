import { RANGE_WORDS, type CustomRange, type Filter, type Query, type RangeWord } from '@wayside/protocol'
import { formatChip, parseChip, toFilter, type Chip } from './chip.ts'

/** Which requests all views speak of, and how they are told: the part of the address that goes along from view to view. */
export interface Scope {
  readonly range: RangeWord | TextRange
  /** IANA name. */
  readonly timeZone: string
  /** Beside the period before. */
  readonly isCompared: boolean
  readonly chips: readonly Chip[]
}

/** A range of the reader's own, as the query API takes it: dates, or times with `Z`. */
export interface TextRange extends CustomRange {
  readonly from: string
  readonly to: string
}

/** What a page shows without `?period=`. */
const DEFAULT_RANGE: RangeWord = '24h'
/** Filters that a reader can still survey, and a query holds. */
const MAX_CHIPS = 32

/** @param ownZone - that of the browser, for addresses that name none */
export function parseScope(params: URLSearchParams, ownZone: string): Scope {
  const chips = params.getAll('f').slice(0, MAX_CHIPS).map(parseChip)
  return {
    range: parseRange(params),
    timeZone: params.get('zone') ?? ownZone,
    isCompared: params.get('compare') !== 'no',
    chips: chips.filter((chip) => chip !== null),
  }
}

/** Changes of the address that lead to a range. */
export function toRangeParams(range: RangeWord | TextRange): Readonly<Record<string, string | null>> {
  if (typeof range === 'object') return { period: null, from: range.from, to: range.to }
  return { period: range === DEFAULT_RANGE ? null : range, from: null, to: null }
}

/** Changes of the address that lead to these filters. */
export function toChipParams(chips: readonly Chip[]): Readonly<Record<string, readonly string[]>> {
  return { f: chips.map(formatChip) }
}

/** What of a query the scope says; `filter` is what the view itself asks for beside the reader's filters. */
export function toQueryScope(scope: Scope, filter: Filter | null = null): Pick<Query, 'range' | 'timeZone' | 'filter'> {
  const own = toFilter(scope.chips)
  const both: Filter | null = own === null ? filter : filter === null ? own : ['and', [own, filter]]
  return { range: scope.range, timeZone: scope.timeZone, ...(both !== null && { filter: both }) }
}

/** The same as parameters of an address of the API. */
export function toRequestParams(scope: Scope, filter: Filter | null = null): Readonly<Record<string, string>> {
  const { range, timeZone, filter: both } = toQueryScope(scope, filter)
  return {
    ...(typeof range === 'object' ? { from: String(range.from), to: String(range.to) } : { range: range ?? DEFAULT_RANGE }),
    ...(timeZone !== undefined && { timeZone }),
    ...(both !== undefined && { filter: JSON.stringify(both) }),
  }
}

function parseRange(params: URLSearchParams): RangeWord | TextRange {
  const [from, to] = [params.get('from'), params.get('to')]
  if (from !== null && to !== null) return { from, to }
  return RANGE_WORDS.find((word) => word === params.get('period')) ?? DEFAULT_RANGE
}
