import type { Metric } from '@wayside/protocol'
import type { StoreDimension, StoreFilter } from '../store/store-query.ts'
import type { QueryPlan } from './plan-query.ts'

/** Whether an answer would be another if shed requests were known as all others are. */
export function shedMatters({ groupBy, filter, metrics }: Pick<QueryPlan, 'groupBy' | 'filter' | 'metrics'>): boolean {
  return metrics.some((metric) => UNKNOWN_METRICS.has(metric)) || groupBy.some((dimension) => !KNOWN_DIMENSIONS.has(dimension)) || (filter !== null && asksUnknown(filter))
}

const KNOWN_DIMENSIONS: ReadonlySet<StoreDimension> = new Set(['endpoint', 'method', 'route', 'status', 'statusClass', 'apiVersion'])
const UNKNOWN_METRICS: ReadonlySet<Metric> = new Set(['max', 'mean', 'upstreamShare', 'consumers', 'newConsumers', 'returningConsumers'])

function asksUnknown(filter: StoreFilter): boolean {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.filters.some(asksUnknown)
    case 'not':
      return asksUnknown(filter.filter)
    case 'text':
      return !KNOWN_DIMENSIONS.has(filter.dimension)
    // What comes from an address is left out, and nobody counts it.
    case 'address':
      return false
    case 'known':
    case 'compare':
      return filter.quantity !== 'status'
  }
}
