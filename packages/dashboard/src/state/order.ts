import { METRICS, type Metric } from '@wayside/protocol'

/** In which order a table is: `-p95` in the address is by p95, the highest first. */
export interface Order {
  readonly metric: Metric
  readonly isDescending: boolean
}

/** Requests, most first, where the address names no metric. */
export function parseOrder(params: URLSearchParams): Order {
  const text = params.get('sort') ?? ''
  const isDescending = text.startsWith('-') || text === ''
  const metric = METRICS.find((each) => each === text.replace(/^-/, ''))
  return metric === undefined ? { metric: 'requests', isDescending: true } : { metric, isDescending }
}

/** What a click on a column makes of the order: the highest first, and the other way round when it was so already. */
export function formatNextOrder({ metric, isDescending }: Order, id: string): string {
  return id === metric && isDescending ? id : `-${id}`
}

/** The order for a query. */
export function toOrderBy({ metric, isDescending }: Order): readonly [readonly [Metric, 'asc' | 'desc']] {
  return [[metric, isDescending ? 'desc' : 'asc']]
}
