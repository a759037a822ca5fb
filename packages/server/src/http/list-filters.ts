import type { Dimension, Filter } from '@wayside/protocol'
import { toStoreFilter } from '../query/store-filter.ts'
import type { StoreFilter } from '../store/store-query.ts'
import type { ListFilters } from '../store/store.ts'

/** The parameters that name one value of a dimension. */
const NAMED = ['method', 'route', 'path', 'host', 'status', 'country', 'userId', 'consumer', 'environment', 'service'] as const satisfies readonly Dimension[]

/** What addresses that list requests filter by. */
export type NamedFilters = { readonly [Name in Exclude<(typeof NAMED)[number], 'status'>]?: string } & Pick<ListFilters, 'from' | 'to' | 'ip'> & { readonly status?: number }

/** Named values and a filter, all of which must pass. Throws `QueryProblem` for a filter that cannot be. */
export function toListFilters({ from, to, ip, ...named }: NamedFilters, filter: Filter | null = null): ListFilters {
  const equal = NAMED.flatMap((dimension): StoreFilter[] => {
    const value = named[dimension]
    return value === undefined ? [] : [{ kind: 'text', operator: 'is', dimension, values: [value] }]
  })
  const parts = filter === null ? equal : [...equal, toStoreFilter(filter)]
  return {
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(ip !== undefined && { ip }),
    ...(parts.length > 0 && { where: { kind: 'and', filters: parts } }),
  }
}
