import type { AggregateQuery, Dimension } from './store.ts'

const NARROW: ReadonlySet<Dimension> = new Set(['method', 'route', 'status'])

/** Throws when no rollup keeps what a query asks for: a mistake in a report, not something that a user can do. */
export function assertRollupKeeps({ dimensions, latency }: Pick<AggregateQuery, 'dimensions' | 'latency'>): void {
  const narrow = dimensions.every((dimension) => NARROW.has(dimension))
  if (narrow || (dimensions.length === 1 && !latency)) return
  throw new Error(
    `no rollup keeps ${dimensions.join(' by ')}${latency ? ' with latency' : ''}: ask for any of method, route and status, or for one other dimension alone`,
  )
}
