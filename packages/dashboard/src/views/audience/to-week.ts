import type { DateFormat } from '../../format/date.ts'

export interface HourOfRequests {
  /** Milliseconds since 1970, the hour's begin. */
  readonly time: number
  readonly requests: number
}

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** Requests by weekday, Monday first, and hour of local time. */
export function toWeek(hours: readonly HourOfRequests[], dates: DateFormat): readonly (readonly number[])[] {
  const week = Array.from({ length: 7 }, () => Array.from({ length: 24 }, () => 0))
  for (const { time, requests } of hours) {
    const localMs = time + dates.offsetMinutes(time) * MINUTE_MS
    // 1 January 1970 was a Thursday, the fourth day of its week.
    const row = week[(Math.floor(localMs / DAY_MS) + 3) % 7]
    const hour = Math.floor((localMs % DAY_MS) / HOUR_MS)
    if (row !== undefined) row[hour] = (row[hour] ?? 0) + requests
  }
  return week
}
