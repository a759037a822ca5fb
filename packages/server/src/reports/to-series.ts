import type { SeriesPoint } from '@wayside/protocol'
import type { AggregateRow } from '../store/store.ts'
import type { ReportRange } from './report-range.ts'
import { statusOf } from './to-totals.ts'

const CLASSES = ['informational', 'success', 'redirect', 'clientError', 'serverError'] as const

/** One point for each interval of the range, empty ones included, from rows grouped by time and status. */
export function toSeries(rows: readonly AggregateRow[], { from, to, intervalMs }: ReportRange): readonly SeriesPoint[] {
  const points = Array.from({ length: (to - from) / intervalMs }, (_, at) => ({
    time: from + at * intervalMs,
    informational: 0,
    success: 0,
    redirect: 0,
    clientError: 0,
    serverError: 0,
  }))
  for (const row of rows) {
    const point = points[Math.floor(((row.time ?? from) - from) / intervalMs)]
    const statusClass = CLASSES[Math.floor(statusOf(row) / 100) - 1]
    if (point !== undefined && statusClass !== undefined) point[statusClass] += row.requests
  }
  return points
}
