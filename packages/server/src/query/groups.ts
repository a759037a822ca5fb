import type { DimensionValue } from '@wayside/protocol'
import type { StoreRow } from '../store/store-query.ts'
import { compareKeys, compareValues } from './compare-values.ts'
import type { Position } from './cursor.ts'
import { emptyRow } from './empty-row.ts'
import { METRIC_READINGS } from './metrics.ts'
import { isSeries, type Period, type QueryPlan } from './plan-query.ts'

/** One row of an answer before it is ordered and cut. */
export interface Group {
  /** Place of its interval; 0 without. */
  readonly interval: number
  /** In the order of the plan, time as the interval's start. */
  readonly dimensions: readonly DimensionValue[]
  readonly metrics: readonly (number | null)[]
}

/** Groups of an engine's rows. Intervals of a series and the one group of all are there without a request, too. */
export function toGroups(rows: readonly StoreRow[], period: Period, plan: QueryPlan): readonly Group[] {
  return withEmptyOnes(rows, period, plan).map((row) => toGroup(row, period, plan))
}

/** The metrics of a row, in the order of the plan. */
export function toMetrics(row: StoreRow, { metrics, apdexMs }: QueryPlan): readonly (number | null)[] {
  return metrics.map((metric) => METRIC_READINGS[metric].of(row, apdexMs))
}

export function toPosition(group: Group, { order, now }: QueryPlan): Position {
  return { now, sort: order.map(({ of, at }) => group[of][at] ?? null), dimensions: group.dimensions }
}

/** Orders positions as the plan says, and equal ones by their dimensions, so that no two are in doubt. */
export function comparePositions({ order }: QueryPlan, a: Position, b: Position): number {
  for (const [at, { direction }] of order.entries()) {
    const compared = compareValues(a.sort[at] ?? null, b.sort[at] ?? null)
    if (compared !== 0) return direction * compared
  }
  return compareKeys(a.dimensions, b.dimensions)
}

/** The same group in another period has the same name. */
export function nameGroup({ interval, dimensions }: Group, { timeAt }: QueryPlan): string {
  return JSON.stringify(dimensions.map((value, at) => (at === timeAt ? interval : value)))
}

function withEmptyOnes(rows: readonly StoreRow[], { intervals }: Period, { dimensions, timeAt }: QueryPlan): readonly StoreRow[] {
  if (dimensions.length === 0) return rows.length === 0 ? [emptyRow(0)] : rows
  if (intervals === null || !isSeries(dimensions, timeAt)) return rows
  const byInterval = new Map(rows.map((row) => [row.interval, row]))
  return intervals.map((_, interval) => byInterval.get(interval) ?? emptyRow(interval))
}

function toGroup(row: StoreRow, { intervals }: Period, plan: QueryPlan): Group {
  const { timeAt } = plan
  const dimensions = timeAt === null ? row.key : row.key.toSpliced(timeAt, 0, intervals?.[row.interval] ?? null)
  return { interval: row.interval, dimensions, metrics: toMetrics(row, plan) }
}
