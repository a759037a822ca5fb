import type { Period } from '@wayside/protocol'

/** The time that a report covers: whole intervals that end with the one under way, and the period before it. */
export interface ReportRange {
  /** Milliseconds since 1970, [from, to). */
  readonly from: number
  readonly to: number
  readonly intervalMs: number
  /** As much of the period before as has passed of this one, so that the two compare. */
  readonly previous: { readonly from: number; readonly to: number }
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/**
 * Length, width of an interval, and the grain that ends the period before. Rollups older than two days have a grain of
 * 15 minutes, which every boundary that reaches so far keeps.
 */
const SHAPES: Readonly<
  Record<Period, { readonly lengthMs: number; readonly intervalMs: number; readonly grainMs: number }>
> = {
  '1h': { lengthMs: HOUR_MS, intervalMs: MINUTE_MS, grainMs: MINUTE_MS },
  '24h': { lengthMs: 24 * HOUR_MS, intervalMs: 15 * MINUTE_MS, grainMs: MINUTE_MS },
  '7d': { lengthMs: 7 * 24 * HOUR_MS, intervalMs: 2 * HOUR_MS, grainMs: 15 * MINUTE_MS },
  '30d': { lengthMs: 30 * 24 * HOUR_MS, intervalMs: 8 * HOUR_MS, grainMs: 15 * MINUTE_MS },
}

/** @param now - milliseconds since 1970 */
export function toReportRange(period: Period, now: number): ReportRange {
  const { lengthMs, intervalMs, grainMs } = SHAPES[period]
  const to = (Math.floor(now / intervalMs) + 1) * intervalMs
  const from = to - lengthMs
  const previousTo = Math.min(from, Math.ceil((now - lengthMs) / grainMs) * grainMs)
  return { from, to, intervalMs, previous: { from: from - lengthMs, to: previousTo } }
}
