import { METRICS, QUERY_LIMITS, TIME_GRAINS, type Metric, type Query, type QueryDimension, type TimeGrain } from '@wayside/protocol'
import type { Project } from '../registry/registry.ts'
import type { StoreDimension, StoreFilter, StoreMeasure } from '../store/store-query.ts'
import { checkDimension } from './check-dimension.ts'
import { parseCursor, type Position } from './cursor.ts'
import { metricsOf, toHolds, type Holds } from './having.ts'
import { toIntervals } from './intervals.ts'
import { DEFAULT_APDEX_MS, METRIC_READINGS } from './metrics.ts'
import { QueryProblem } from './query-problem.ts'
import { checkTimeZone, resolveRange, type Span } from './resolve-range.ts'
import { toStoreFilter } from './store-filter.ts'

/** A query that was checked, with nothing left open. */
export interface QueryPlan {
  readonly projectId: number
  readonly timeZone: string
  /** By which clock relative ranges were resolved: that of the first page. */
  readonly now: number
  readonly period: Period
  /** `null` without a comparison. */
  readonly comparison: Period | null
  readonly dimensions: readonly QueryDimension[]
  /** The place of time among the dimensions; `null` without. */
  readonly timeAt: number | null
  readonly groupBy: readonly StoreDimension[]
  readonly filter: StoreFilter | null
  /** Those of the answer, then those that only order and having need. */
  readonly metrics: readonly Metric[]
  /** How many of them are in the answer. */
  readonly shown: number
  readonly measures: ReadonlySet<StoreMeasure>
  readonly apdexMs: number
  readonly holds: Holds
  readonly hasHaving: boolean
  readonly order: readonly Order[]
  readonly limit: number
  readonly after: Position | null
  readonly totals: boolean
}

export interface Period extends Span {
  /** Starts of its intervals; `null` without time among the dimensions. */
  readonly intervals: readonly number[] | null
}

export interface Order {
  /** Where in a group the value is. */
  readonly of: 'dimensions' | 'metrics'
  readonly at: number
  readonly direction: 1 | -1
}

/** Checks a query. Throws `QueryProblem` where it cannot be asked. */
export function planQuery(query: Query, project: Pick<Project, 'id' | 'timeZone'>, clock: number): QueryPlan {
  const timeZone = checkTimeZone(query.timeZone ?? project.timeZone)
  const shown = checkMetrics(query.metrics)
  const { dimensions, groupBy, timeAt, grain } = readDimensions(query.dimensions ?? [])
  const after = query.cursor === undefined ? null : parseCursor(query.cursor, query, project.id, clock)
  const now = after?.now ?? clock

  const setting = { timeZone, grain, now }
  const toPeriod = (span: Span, pointer: string): Period => ({
    from: span.from,
    to: span.to,
    intervals: grain === null ? null : toIntervals(span, grain, timeZone, pointer),
  })
  const range = resolveRange(query.range ?? '24h', setting, '/range')
  const compared = query.compare === undefined ? null : query.compare === 'previous' ? range.previous : resolveRange(query.compare, setting, '/compare')

  const holds = query.having === undefined ? () => true : toHolds(query.having)
  const orderBy = query.orderBy ?? [defaultOrder(shown, dimensions[timeAt ?? -1])]
  const ordered = orderBy.map(([key]) => key).filter(isMetric)
  const metrics = [...new Set([...shown, ...ordered, ...(query.having === undefined ? [] : metricsOf(query.having))])]
  return {
    projectId: project.id,
    timeZone,
    now,
    period: toPeriod(range, '/range'),
    comparison: compared === null ? null : toPeriod(compared, '/compare'),
    dimensions,
    timeAt,
    groupBy,
    filter: query.filter === undefined ? null : toStoreFilter(query.filter),
    metrics,
    shown: shown.length,
    measures: new Set(metrics.flatMap((metric) => METRIC_READINGS[metric].needs)),
    apdexMs: checkApdex(query.apdexMs ?? DEFAULT_APDEX_MS),
    holds: (values) => holds((metric) => values[metrics.indexOf(metric)] ?? null),
    hasHaving: query.having !== undefined,
    order: orderBy.map(([key, direction], at) => toOrder(key, direction, dimensions, metrics, `/orderBy/${at}/0`)),
    limit: checkLimit(query.limit ?? (isSeries(dimensions, timeAt) ? QUERY_LIMITS.rows : 100)),
    after,
    totals: query.totals ?? false,
  }
}

/** Whether a query asks for intervals alone. */
export function isSeries(dimensions: readonly QueryDimension[], timeAt: number | null): boolean {
  return timeAt !== null && dimensions.length === 1
}

function checkMetrics(metrics: readonly Metric[]): readonly Metric[] {
  if (metrics.length === 0) throw new QueryProblem('/metrics', 'name at least one metric, such as requests')
  for (const [at, metric] of metrics.entries()) {
    if (!isMetric(metric)) throw new QueryProblem(`/metrics/${at}`, `no such metric: use ${METRICS.join(', ')}`)
    if (metrics.indexOf(metric) !== at) throw new QueryProblem(`/metrics/${at}`, `${metric} is named twice: leave one out`)
  }
  return metrics
}

function readDimensions(dimensions: readonly QueryDimension[]): { dimensions: readonly QueryDimension[]; groupBy: StoreDimension[]; timeAt: number | null; grain: TimeGrain | null } {
  if (dimensions.length > QUERY_LIMITS.dimensions) throw new QueryProblem('/dimensions', `more than ${QUERY_LIMITS.dimensions} dimensions: leave some out, or filter by them`)
  const groupBy: StoreDimension[] = []
  let timeAt: number | null = null
  let grain: TimeGrain | null = null
  for (const [at, dimension] of dimensions.entries()) {
    if (dimensions.indexOf(dimension) !== at) throw new QueryProblem(`/dimensions/${at}`, `${dimension} is named twice: leave one out`)
    if (dimension.startsWith('time:')) {
      if (timeAt !== null) throw new QueryProblem(`/dimensions/${at}`, 'time is named twice: choose one interval')
      timeAt = at
      grain = TIME_GRAINS.find((each) => dimension === `time:${each}`) ?? null
      if (grain === null) throw new QueryProblem(`/dimensions/${at}`, `no such interval: use time: and one of ${TIME_GRAINS.join(', ')}`)
    } else {
      groupBy.push(checkDimension(dimension, `/dimensions/${at}`))
    }
  }
  return { dimensions, groupBy, timeAt, grain }
}

function defaultOrder(metrics: readonly Metric[], time: QueryDimension | undefined): readonly [QueryDimension | Metric, 'asc' | 'desc'] {
  return time === undefined ? [metrics[0] ?? 'requests', 'desc'] : [time, 'asc']
}

function toOrder(key: QueryDimension | Metric, direction: 'asc' | 'desc', dimensions: readonly QueryDimension[], metrics: readonly Metric[], pointer: string): Order {
  const sign = direction === 'asc' ? 1 : -1
  if (isMetric(key)) return { of: 'metrics', at: metrics.indexOf(key), direction: sign }
  const at = dimensions.indexOf(key)
  if (at === -1) throw new QueryProblem(pointer, `an answer is ordered by its metrics and dimensions, and ${JSON.stringify(key.slice(0, 64))} is none of them: add it to "dimensions"`)
  return { of: 'dimensions', at, direction: sign }
}

function checkLimit(limit: number): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= QUERY_LIMITS.rows) return limit
  throw new QueryProblem('/limit', `the limit is a whole number from 1 to ${QUERY_LIMITS.rows}: page on with "cursor"`)
}

function checkApdex(apdexMs: number): number {
  if (Number.isFinite(apdexMs) && apdexMs > 0) return apdexMs
  throw new QueryProblem('/apdexMs', 'the threshold is a number of milliseconds above 0')
}

const METRIC_NAMES: ReadonlySet<string> = new Set(METRICS)

function isMetric(key: string): key is Metric {
  return METRIC_NAMES.has(key)
}
