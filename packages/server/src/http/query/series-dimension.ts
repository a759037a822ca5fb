import type { Query, TimeGrain } from '@wayside/protocol'
import { checkTimeZone, resolveRange } from '../../query/resolve-range.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** The interval that suits a range that nobody chose one for: a few hundred of them at most. Throws `QueryProblem`. */
export function seriesDimension({ range = '24h', timeZone }: Query, project: { readonly timeZone: string }, now: number): `time:${TimeGrain}` {
  const { from, to } = resolveRange(range, { timeZone: checkTimeZone(timeZone ?? project.timeZone), grain: null, now }, '/range')
  return `time:${grainOf(to - from)}`
}

function grainOf(lengthMs: number): TimeGrain {
  if (lengthMs <= 6 * HOUR_MS) return 'minute'
  if (lengthMs <= 2 * DAY_MS) return 'quarterHour'
  if (lengthMs <= 14 * DAY_MS) return 'hour'
  return lengthMs <= 367 * DAY_MS ? 'day' : 'month'
}
