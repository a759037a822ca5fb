import type { StoreDimension, StoreFilter, StoreQuery } from '../../store-query.ts'
import { FACET_NAMES, toFacet, type Facet } from '../cells/facets.ts'

/** The facets that cells must keep to tell a question's groups and filter apart; `null` when it asks for what no cell keeps. */
export function toNeededFacets({ groupBy, filter }: Pick<StoreQuery, 'groupBy' | 'filter'>): readonly Facet[] | null {
  const needed = new Set<Facet>()
  const dimensions = [...groupBy]
  if (filter !== null && !addDimensions(filter, dimensions)) return null
  for (const dimension of dimensions) {
    const facet = toFacet(dimension)
    if (facet === null) return null
    if (facet !== 'every') needed.add(facet)
  }
  if (needed.has('consumer')) needed.delete('kind')
  return FACET_NAMES.filter((facet) => needed.has(facet))
}

/** Adds the dimensions that a filter looks at; `false` when it looks at a number or an address of single requests. */
export function addDimensions(filter: StoreFilter, dimensions: StoreDimension[]): boolean {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.filters.every((each) => addDimensions(each, dimensions))
    case 'not':
      return addDimensions(filter.filter, dimensions)
    case 'text':
      dimensions.push(filter.dimension)
      return true
    case 'address':
      return false
    case 'known':
    case 'compare':
      return filter.quantity === 'status'
  }
}
