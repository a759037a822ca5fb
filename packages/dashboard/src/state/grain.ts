import type { RangeWord, TimeGrain } from '@wayside/protocol'
import type { TextRange } from './scope.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

const GRAINS: Readonly<Record<RangeWord, { readonly chart: TimeGrain; readonly spark: TimeGrain }>> = {
  '1h': { chart: 'minute', spark: 'minute' },
  '6h': { chart: 'quarterHour', spark: 'quarterHour' },
  '24h': { chart: 'quarterHour', spark: 'hour' },
  today: { chart: 'quarterHour', spark: 'hour' },
  yesterday: { chart: 'quarterHour', spark: 'hour' },
  '7d': { chart: 'hour', spark: 'day' },
  thisWeek: { chart: 'hour', spark: 'day' },
  '30d': { chart: 'day', spark: 'day' },
  thisMonth: { chart: 'day', spark: 'day' },
  '90d': { chart: 'day', spark: 'week' },
  '12mo': { chart: 'week', spark: 'month' },
}

/** The interval of a chart: some dozens to some hundreds of them, which is what pixels and eyes can tell apart. */
export function toChartGrain(range: RangeWord | TextRange): TimeGrain {
  if (typeof range !== 'object') return GRAINS[range].chart
  const lengthMs = lengthOf(range)
  if (lengthMs <= 3 * HOUR_MS) return 'minute'
  if (lengthMs <= 2 * DAY_MS) return 'quarterHour'
  if (lengthMs <= 14 * DAY_MS) return 'hour'
  return lengthMs <= 200 * DAY_MS ? 'day' : lengthMs <= 1_000 * DAY_MS ? 'week' : 'month'
}

/** The interval of small drawings beside the rows of a table. */
export function toSparkGrain(range: RangeWord | TextRange): TimeGrain {
  if (typeof range !== 'object') return GRAINS[range].spark
  const lengthMs = lengthOf(range)
  if (lengthMs <= HOUR_MS) return 'minute'
  if (lengthMs <= 8 * HOUR_MS) return 'quarterHour'
  if (lengthMs <= 2 * DAY_MS) return 'hour'
  return lengthMs <= 62 * DAY_MS ? 'day' : lengthMs <= 400 * DAY_MS ? 'week' : 'month'
}

/** To the day; nonsense counts as a day, and the server says what is wrong with it. */
function lengthOf({ from, to }: TextRange): number {
  const end = Date.parse(to) + (/^\d{4}-\d\d-\d\d$/.test(to) ? DAY_MS : 0)
  const lengthMs = end - Date.parse(from)
  return Number.isFinite(lengthMs) && lengthMs > 0 ? lengthMs : DAY_MS
}
