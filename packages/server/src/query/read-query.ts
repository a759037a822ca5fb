import { performance } from 'node:perf_hooks'
import { LATENCY_RELATIVE_ERROR, QUERY_LIMITS, SHED, type Query, type QueryAnswer, type QueryColumn, type QueryComparison, type QueryRow, type QuerySource } from '@wayside/protocol'
import type { Project } from '../registry/registry.ts'
import type { QueryEngine, StoreAnswer, StoreFilter, StoreQuery } from '../store/store-query.ts'
import { formatCursor } from './cursor.ts'
import { emptyRow } from './empty-row.ts'
import { comparePositions, nameGroup, toGroups, toMetrics, toPosition, type Group } from './groups.ts'
import { METRIC_READINGS } from './metrics.ts'
import { planQuery, type Period, type QueryPlan } from './plan-query.ts'
import { shareProgress } from './share-progress.ts'
import { shedMatters } from './shed-matters.ts'
import { takeFirst } from './take-first.ts'

export interface ReadQueryOptions {
  readonly engine: QueryEngine
  readonly project: Pick<Project, 'id' | 'timeZone'>
  readonly query: Query
  /** Milliseconds since 1970, as `completeUntil`. */
  readonly now: number
  /** Read before the engine is asked, so that the answer holds at least what it promises. */
  readonly completeUntil: number
  /** Stops the work; the answer rejects with its reason. */
  readonly signal?: AbortSignal
  /** Told which part of the work is done, from 0 to 1, never less than before. Without it, a question has a time limit. */
  readonly onProgress?: (done: number) => void
  /** Milliseconds of a clock that nobody sets. @default performance.now */
  readonly elapsed?: () => number
}

/**
 * Answers a question about a project's requests. Rejects with `QueryProblem` when it cannot be asked, with `TooMuch` when it
 * is too large for the engine, with `StoreBusy` when it may be asked again, and with the signal's reason.
 */
export async function readQuery({ engine, project, query, now, completeUntil, signal, onProgress, elapsed = () => performance.now() }: ReadQueryOptions): Promise<QueryAnswer> {
  const began = elapsed()
  const plan = planQuery(query, project, now)
  const answers: StoreAnswer[] = []
  const watch = onProgress === undefined ? null : shareProgress(onProgress)
  const ask = async (period: Period, over: Partial<StoreQuery> = {}) => {
    const answer = await engine.query({ ...toQuestion(period, plan), ...(signal !== undefined && { signal }), ...(watch !== null && { onProgress: watch() }), ...over })
    answers.push(answer)
    return answer
  }
  const askTotals = async (period: Period | null) => {
    if (!plan.totals || period === null) return null
    const { rows } = await ask(period, { intervals: null, groupBy: [], limit: null })
    return toMetrics(rows[0] ?? emptyRow(0), plan).slice(0, plan.shown)
  }

  const [main, totals, comparedTotals] = await Promise.all([ask(plan.period, { limit: exactLimit(plan) }), askTotals(plan.period), askTotals(plan.comparison)])
  const { page, more } = toPage(toGroups(main.rows, plan.period, plan), plan)
  const comparison = plan.comparison === null ? null : await readComparison(plan.comparison, page, comparedTotals, plan, ask)

  const last = page.at(-1)
  return {
    columns: toColumns(plan),
    rows: page.map((group) => [...group.dimensions, ...shownMetrics(group, plan)]),
    totals,
    comparison,
    nextCursor: more && last !== undefined ? formatCursor(toPosition(last, plan), query, project.id) : null,
    meta: {
      from: plan.period.from,
      to: plan.period.to,
      timeZone: plan.timeZone,
      source: toSource(answers),
      ...toExactness(main, plan),
      completeUntil,
      latencyRelativeError: LATENCY_RELATIVE_ERROR,
      tookMs: Math.round(elapsed() - began),
      rowsRead: answers.reduce((sum, { rowsRead }) => sum + rowsRead, 0),
    },
  }
}

function toQuestion({ from, to, intervals }: Period, { projectId, groupBy, filter, measures }: QueryPlan): StoreQuery {
  return { projectId, from, to, intervals, groupBy, filter, measures, limit: null }
}

/** Engines take the groups with most requests: enough where that is the order, and one more tells whether another page follows. */
function exactLimit({ timeAt, hasHaving, order, metrics, limit, after }: QueryPlan): number | null {
  const [first, ...others] = order
  const byRequests = first !== undefined && others.length === 0 && first.of === 'metrics' && first.direction === -1 && metrics[first.at] === 'requests'
  return byRequests && timeAt === null && !hasHaving && after === null ? limit + 1 : null
}

function toPage(groups: readonly Group[], plan: QueryPlan): { readonly page: readonly Group[]; readonly more: boolean } {
  const { after, limit, holds } = plan
  const rest = groups
    .filter((group) => holds(group.metrics))
    .map((group) => ({ group, position: toPosition(group, plan) }))
    .filter(({ position }) => after === null || comparePositions(plan, position, after) > 0)
  const first = takeFirst(rest, limit, (a, b) => comparePositions(plan, a.position, b.position))
  return { page: first.map(({ group }) => group), more: rest.length > limit }
}

type Ask = (period: Period, over?: Partial<StoreQuery>) => Promise<StoreAnswer>

async function readComparison(period: Period, page: readonly Group[], totals: QueryRow | null, plan: QueryPlan, ask: Ask): Promise<QueryComparison> {
  const { rows } = page.length === 0 ? { rows: [] } : await ask(period, { filter: narrowTo(page, plan) })
  const others = new Map(toGroups(rows, period, plan).map((group) => [nameGroup(group, plan), group]))
  const counterpart = (group: Group) => others.get(nameGroup(group, plan))
  return {
    from: period.from,
    to: period.to,
    rows: page.map((group) => {
      const other = counterpart(group)
      return other === undefined ? null : shownMetrics(other, plan)
    }),
    totals,
  }
}

/** Of a dimension with very many values only those on the page are asked for again. */
function narrowTo(page: readonly Group[], plan: QueryPlan): StoreFilter | null {
  const [dimension, ...others] = plan.groupBy
  if (exactLimit(plan) === null || dimension === undefined || others.length > 0 || page.length > QUERY_LIMITS.filterValues) return plan.filter
  const onPage: StoreFilter = { kind: 'text', operator: 'is', dimension, values: page.map(({ dimensions }) => dimensions[0] ?? null) }
  return plan.filter === null ? onPage : { kind: 'and', filters: [plan.filter, onPage] }
}

function shownMetrics({ metrics }: Group, { shown }: QueryPlan): readonly (number | null)[] {
  return metrics.slice(0, shown)
}

function toColumns({ dimensions, timeAt, metrics, shown }: QueryPlan): readonly QueryColumn[] {
  return [
    ...dimensions.map((key, at): QueryColumn => {
      const type = at === timeAt ? 'instant' : key === 'status' ? 'integer' : key === 'bot' ? 'boolean' : 'text'
      return { key, kind: 'dimension', type, unit: null }
    }),
    ...metrics.slice(0, shown).map((key): QueryColumn => ({ key, kind: 'metric', type: METRIC_READINGS[key].type, unit: METRIC_READINGS[key].unit })),
  ]
}

function toSource(answers: readonly StoreAnswer[]): QuerySource {
  const [first, ...others] = new Set(answers.map(({ source }) => source))
  return first === undefined || others.length > 0 ? 'mixed' : first
}

function toExactness({ shed }: StoreAnswer, plan: QueryPlan): { readonly exact: boolean; readonly warnings: readonly string[] } {
  if (shed === 0 || !shedMatters(plan)) return { exact: true, warnings: [] }
  const warning = `Full queues gave up all but endpoint, status and latency of ${shed} requests in the range: elsewhere they count as ${SHED}, or are left out`
  return { exact: false, warnings: [warning] }
}
