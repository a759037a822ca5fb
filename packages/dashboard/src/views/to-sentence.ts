import type { Overview, SeriesPoint } from '@wayside/protocol'
import { toChange, toChangePhrase } from '../format/change.ts'
import type { DateFormat } from '../format/date.ts'
import { formatCount, formatShare } from '../format/number.ts'
import { sumOf } from '../widgets/stack.ts'
import { PERIOD_WORDS } from './period-words.ts'

/** What the chart shows, in words, for those who do not see it and for those who want it short. */
export function toSentence(overview: Overview, dates: DateFormat): string {
  const { totals, previous, period, series, intervalMs } = overview
  const words = PERIOD_WORDS[period]
  if (totals.requests === 0) return `No requests in the ${words.last}.`
  const change = toChangePhrase(toChange(totals.requests, previous.requests))
  const against = change === null ? '' : `, ${change} ${words.before}`
  const errors = totals.errorRate === 0 ? 'none failed' : `${formatShare(totals.errorRate)} failed`
  const peak = busiest(series)
  const most = peak ? ` Busiest: ${dates.interval(peak.time, intervalMs)}, with ${formatCount(sumOf(peak))}.` : ''
  return `${formatCount(totals.requests)} requests in the ${words.last}${against}; ${errors}.${most}`
}

function busiest(series: readonly SeriesPoint[]): SeriesPoint | undefined {
  return series.toSorted((a, b) => sumOf(b) - sumOf(a))[0]
}
