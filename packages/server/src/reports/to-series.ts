import type { SeriesPoint } from '@wayside/protocol'
import type { StoreRow } from '../store/store-query.ts'

/** One point for each interval, empty ones included, from rows by interval alone. */
export function toSeries(rows: readonly StoreRow[], intervals: readonly number[]): readonly SeriesPoint[] {
  const byInterval = new Map(rows.map((row) => [row.interval, row.classes]))
  return intervals.map((time, at) => {
    const [informational, success, redirect, clientError, serverError] = byInterval.get(at) ?? [0, 0, 0, 0, 0]
    return { time, informational, success, redirect, clientError, serverError }
  })
}
