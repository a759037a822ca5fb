import { HIDDEN_FROM_SHARES, type Filter, type Query } from '@wayside/protocol'
import { QueryProblem } from '../../query/query-problem.ts'

/** A filter on one of them would tell by yes and no what a group tells at once. */
const HIDDEN: ReadonlySet<string> = new Set(HIDDEN_FROM_SHARES)

/**
 * The query as the holder of a shared link may ask it: among the requests of the locked filter alone.
 * Throws `QueryProblem` where it groups, orders or filters by what a link does not show.
 */
export function lockQuery(locked: Filter | null, query: Query): Query {
  for (const [at, dimension] of (query.dimensions ?? []).entries()) refuseHidden(dimension, `/dimensions/${at}`)
  for (const [at, [key]] of (query.orderBy ?? []).entries()) refuseHidden(key, `/orderBy/${at}/0`)
  if (query.filter !== undefined) refuseFilter(query.filter, '/filter')
  return locked === null ? query : { ...query, filter: query.filter === undefined ? locked : ['and', [locked, query.filter]] }
}

function refuseFilter(filter: Filter, pointer: string): void {
  const [word, inner] = filter
  if (word === 'not') refuseFilter(inner, `${pointer}/1`)
  else if (typeof inner === 'string') refuseHidden(inner, `${pointer}/1`)
  else for (const [at, each] of inner.entries()) refuseFilter(each, `${pointer}/1/${at}`)
}

function refuseHidden(name: string, pointer: string): void {
  if (HIDDEN.has(name) || name.startsWith('tag:')) throw new QueryProblem(pointer, `a shared link does not show ${JSON.stringify(name)}: leave it out`)
}
