import { COMPARISONS, QUANTITIES, QUERY_LIMITS, TEXT_OPERATORS, type Comparison, type DimensionValue, type Filter, type Quantity, type TextOperator } from '@wayside/protocol'
import type { StoreDimension, StoreFilter, StoreQuantity } from '../store/store-query.ts'
import { checkDimension, isStoreDimension } from './check-dimension.ts'
import { checkPattern, MAX_PATTERN_COST } from './check-pattern.ts'
import { QueryProblem } from './query-problem.ts'

/** A query's filter as engines compile it. Throws `QueryProblem` where it is none, or larger than `QUERY_LIMITS`. */
export function toStoreFilter(filter: Filter): StoreFilter {
  let clauses = 0
  let patternCost = 0

  function read(part: Filter, depth: number, pointer: string): StoreFilter {
    if (++clauses > QUERY_LIMITS.filterClauses) throw new QueryProblem('/filter', `the filter has more than ${QUERY_LIMITS.filterClauses} parts: ask two questions, or give several values to one part`)
    if (depth > QUERY_LIMITS.filterDepth) throw new QueryProblem(pointer, `the filter is nested deeper than ${QUERY_LIMITS.filterDepth}: put parts beside each other`)
    switch (part[0]) {
      case 'and':
      case 'or':
        if (part[1].length === 0) throw new QueryProblem(pointer, `"${part[0]}" holds no filter: give it at least one`)
        return { kind: part[0], filters: part[1].map((each, at) => read(each, depth + 1, `${pointer}/1/${at}`)) }
      case 'not':
        return not(read(part[1], depth + 1, `${pointer}/1`))
      case 'exists':
        return toExists(part[1], pointer)
      case 'gt':
      case 'gte':
      case 'lt':
      case 'lte':
        return toCompare(part[0], part[1], part[2], pointer)
      case 'is':
      case 'isNot':
      case 'contains':
      case 'startsWith':
      case 'matches':
        return toText(part[0], part[1], part[2], pointer, spend)
      default:
        throw new QueryProblem(`${pointer}/0`, `a filter begins with one of and, or, not, exists, ${[...TEXT_OPERATORS, ...COMPARISONS].join(', ')}`)
    }
  }

  function spend(cost: number, pointer: string): void {
    patternCost += cost
    if (patternCost > MAX_PATTERN_COST) throw new QueryProblem(pointer, 'the patterns of the filter are too large when their repetitions are written out: repeat less, or give fewer')
  }

  return read(filter, 1, '/filter')
}

function not(filter: StoreFilter): StoreFilter {
  return { kind: 'not', filter }
}

function toExists(name: StoreDimension | Quantity, pointer: string): StoreFilter {
  if (isStoreDimension(name)) return not({ kind: 'text', operator: 'is', dimension: name, values: [null] })
  return { kind: 'known', quantity: toStoreQuantity(name, `${pointer}/1`) }
}

function toText(operator: TextOperator, name: StoreDimension, values: readonly DimensionValue[], pointer: string, spend: (cost: number, pointer: string) => void): StoreFilter {
  const dimension = checkDimension(name, `${pointer}/1`)
  if (values.length === 0) throw new QueryProblem(`${pointer}/2`, `"${operator}" has no values: give at least one`)
  if (values.length > QUERY_LIMITS.filterValues) throw new QueryProblem(`${pointer}/2`, `more than ${QUERY_LIMITS.filterValues} values: ask two questions`)
  const isWhole = operator === 'is' || operator === 'isNot'
  if (!isWhole && typeOf(dimension) !== 'string')
    throw new QueryProblem(`${pointer}/0`, `${dimension} is no text: ${dimension === 'status' ? 'use "is", a comparison, or statusClass' : 'use "is"'}`)
  const checked = values.map((value, at) => {
    const where = `${pointer}/2/${at}`
    const text = checkValue(value, dimension, isWhole, where)
    if (operator === 'matches') spend(checkPattern(String(text), where), where)
    return text
  })
  if (operator === 'isNot') return not({ kind: 'text', operator: 'is', dimension, values: checked })
  return { kind: 'text', operator, dimension, values: checked }
}

function typeOf(dimension: StoreDimension): 'string' | 'number' | 'boolean' {
  return dimension === 'status' ? 'number' : dimension === 'bot' ? 'boolean' : 'string'
}

function checkValue(value: DimensionValue, dimension: StoreDimension, mayBeNull: boolean, pointer: string): DimensionValue {
  if (value === null && mayBeNull) return null
  const type = typeOf(dimension)
  if (typeof value !== type || (typeof value === 'number' && !Number.isSafeInteger(value))) {
    const wanted = { string: 'texts', number: 'whole numbers', boolean: 'true or false' }[type]
    throw new QueryProblem(pointer, `${dimension} has ${wanted}${mayBeNull ? ', and null where it is unknown' : ''}`)
  }
  if (typeof value !== 'string') return value
  if (value.length > QUERY_LIMITS.valueLength) throw new QueryProblem(pointer, `a value has at most ${QUERY_LIMITS.valueLength} characters: give a shorter one, with "startsWith" or "contains"`)
  // Half a surrogate pair is stored as the replacement character too.
  return value.toWellFormed()
}

/** Durations are whole microseconds in the store and sizes bytes, so the bound becomes one that decides the same. */
function toCompare(comparison: Comparison, quantity: Quantity, value: number, pointer: string): StoreFilter {
  const named = toStoreQuantity(quantity, `${pointer}/1`)
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new QueryProblem(`${pointer}/2`, `"${comparison}" takes a number`)
  const exact = named === 'durationUs' || named === 'upstreamUs' ? msToUs(value) : value
  const whole = comparison === 'gt' || comparison === 'lte' ? Math.floor(exact) : Math.ceil(exact)
  return { kind: 'compare', comparison, quantity: named, value: Math.max(-Number.MAX_SAFE_INTEGER, Math.min(whole, Number.MAX_SAFE_INTEGER)) }
}

/** 1.005 ms are 1,005 µs, though their product is a little less. */
function msToUs(ms: number): number {
  const nearest = Math.round(ms * 1_000)
  return nearest / 1_000 === ms ? nearest : ms * 1_000
}

function toStoreQuantity(name: Quantity, pointer: string): StoreQuantity {
  switch (name) {
    case 'durationMs':
      return 'durationUs'
    case 'upstreamMs':
      return 'upstreamUs'
    case 'status':
    case 'requestBytes':
    case 'responseBytes':
      return name
    default:
      throw new QueryProblem(pointer, `only ${QUANTITIES.join(', ')} can be compared`)
  }
}
