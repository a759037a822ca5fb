import type { QuerySource } from '@wayside/protocol'
import type { StoreDimension, StoreFilter, StoreQuery } from '../../store-query.ts'
import { FACETS } from '../facets.ts'
import { CELLS, EVENTS, SHED_COUNTS, type Source, type Stretch } from './source-sql.ts'

/** What a question is answered from: each request is in one of the sources. */
export interface Sources {
  readonly sources: readonly Source[]
  readonly from: QuerySource
}

const QUARTER_MS = 900_000

/** Summaries for the whole quarters of an hour that they can tell of, single events for the rest. */
export function toSources(question: StoreQuery): Sources {
  const { from, to, intervals } = question
  const shed = { kind: SHED_COUNTS, ranges: [question] }
  const facet = toFacet(question)
  const [first, last] = [Math.ceil(from / QUARTER_MS) * QUARTER_MS, Math.floor(to / QUARTER_MS) * QUARTER_MS]
  const cuts = intervals?.some((start) => start > first && start < last && start % QUARTER_MS !== 0) ?? false
  if (facet === null || cuts || first >= last) return { sources: [{ kind: EVENTS, ranges: [question] }, shed], from: 'raw' }

  const edges: readonly Stretch[] = [{ from, to: first }, { from: last, to }].filter((edge) => edge.from < edge.to)
  const cells = { kind: CELLS, facet, ranges: [{ from: first, to: last }] }
  return edges.length === 0 ? { sources: [cells, shed], from: 'rollup' } : { sources: [cells, { kind: EVENTS, ranges: edges }, shed], from: 'mixed' }
}

/** Which cells can tell all that a question looks at; `null` when none can. */
function toFacet({ groupBy, filter, measures }: StoreQuery): string | null {
  const dimensions = new Set<StoreDimension>(groupBy)
  if (measures.has('consumers') || measures.has('newConsumers')) dimensions.add('consumer')
  if (filter !== null && !addDimensions(filter, dimensions)) return null
  const facets = new Set([...dimensions].flatMap((dimension) => toFacetOf(dimension)))
  const [facet = 'endpoint'] = facets
  return facets.size > 1 || facet === null ? null : facet
}

/** Which cells keep a dimension: none by `null`, nothing for one that all keep. */
function toFacetOf(dimension: StoreDimension): readonly (string | null)[] {
  switch (dimension) {
    case 'status':
    case 'statusClass':
      return []
    case 'endpoint':
    case 'method':
    case 'route':
    case 'apiVersion':
      return ['endpoint']
    case 'consumerKind':
      return ['consumer']
    default:
      return [FACET_NAMES.has(dimension) ? dimension : null]
  }
}

const FACET_NAMES: ReadonlySet<string> = new Set(FACETS.keys())

/** Adds what a filter looks at; `false` when it looks at a number or an address of single requests. */
function addDimensions(filter: StoreFilter, dimensions: Set<StoreDimension>): boolean {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.filters.every((each) => addDimensions(each, dimensions))
    case 'not':
      return addDimensions(filter.filter, dimensions)
    case 'text':
      dimensions.add(filter.dimension)
      return true
    case 'address':
      return false
    case 'known':
    case 'compare':
      return filter.quantity === 'status'
  }
}
