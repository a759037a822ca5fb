import { QUERY_LIMITS, type ExportInput, type Filter, type Query } from '@wayside/protocol'
import { planQuery } from '../query/plan-query.ts'
import { QueryProblem } from '../query/query-problem.ts'
import { checkTimeZone, resolveRange } from '../query/resolve-range.ts'
import { toStoreFilter } from '../query/store-filter.ts'
import type { Project } from '../registry/registry.ts'

/** What a file holds, with nothing left open: the same whenever it is made. */
export type ExportContent =
  | { readonly of: 'requests'; readonly from: number; readonly to: number; readonly filter: Filter | null }
  /** `query` names its ranges and its zone, and `limit` is that of the file; `null` for all rows. */
  | { readonly of: 'query'; readonly from: number; readonly to: number; readonly query: Query; readonly limit: number | null }

/** Checks what is asked for. Throws `QueryProblem` where it cannot be. Requests that have yet to begin are left out. */
export function toExportContent(input: ExportInput, project: Pick<Project, 'id' | 'timeZone'>, now: number): ExportContent {
  if (input.query !== undefined) return toQueryContent(input.query, project, now)
  const { range = '24h', timeZone = project.timeZone, filter } = input.requests
  if (filter !== undefined) toStoreFilter(filter)
  const span = resolveRange(range, { timeZone: checkTimeZone(timeZone), grain: null, now }, '/requests/range')
  return { of: 'requests', from: span.from, to: Math.max(span.from, Math.min(span.to, now)), filter: filter ?? null }
}

function toQueryContent({ limit, cursor, ...query }: Query, project: Pick<Project, 'id' | 'timeZone'>, now: number): ExportContent {
  if (cursor !== undefined) throw new QueryProblem('/query/cursor', 'a file has no pages: leave the cursor out')
  const { period, comparison, timeZone } = planQuery(query, project, now)
  const ranges = { timeZone, range: spanOf(period), ...(comparison !== null && { compare: spanOf(comparison) }) }
  return { of: 'query', ...spanOf(period), query: { ...query, ...ranges, limit: QUERY_LIMITS.rows }, limit: limit ?? null }
}

function spanOf({ from, to }: { readonly from: number; readonly to: number }) {
  return { from, to }
}
