import type { DateFormat } from '../../format/date.ts'

export interface CalendarDay {
  /** Milliseconds since 1970, the day's begin. */
  readonly time: number
  readonly requests: number
}

/** Weeks beside each other, Monday first. */
export interface Calendar {
  /** Each week by the name of its first day. */
  readonly weeks: readonly string[]
  /** By weekday, then by week; `null` outside of the range. */
  readonly values: readonly (readonly (number | null)[])[]
}

const DAYS = 7
const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

/** @param days - ascending, one after the other */
export function toCalendar(days: readonly CalendarDay[], dates: DateFormat): Calendar {
  const [first] = days
  if (first === undefined) return { weeks: [], values: [] }
  // Of local noon, so that no moved clock makes it another day. 1 January 1970 was a Thursday, the fourth day of its week.
  const offset = (Math.floor((first.time + dates.offsetMinutes(first.time) * MINUTE_MS + DAY_MS / 2) / DAY_MS) + 3) % DAYS
  const count = Math.ceil((offset + days.length) / DAYS)
  const at = (week: number, weekday: number) => days[week * DAYS + weekday - offset]
  return {
    weeks: Array.from({ length: count }, (_, week) => dates.day((at(week, 0) ?? first).time)),
    values: Array.from({ length: DAYS }, (_, weekday) => Array.from({ length: count }, (_week, week) => at(week, weekday)?.requests ?? null)),
  }
}
