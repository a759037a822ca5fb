import { createCalendar, toZoned } from '../query/calendar.ts'
import type { Span } from '../query/resolve-range.ts'

/** A day or a month of the calendar in a time zone. */
export interface PastPeriod extends Span {
  /** Such as `day:2026-01-31` and `month:2026-01`. */
  readonly name: string
}

export interface PeriodsToFind {
  readonly grain: 'day' | 'month'
  readonly timeZone: string
  /** Milliseconds since 1970: they end after this instant, */
  readonly after: number
  /** and not after this one. */
  readonly until: number
}

/** The days or months that ended in a time, the oldest first. */
export function pastPeriods({ grain, timeZone, after, until }: PeriodsToFind): readonly PastPeriod[] {
  const calendar = createCalendar(grain, timeZone)
  const periods: PastPeriod[] = []
  for (let from = calendar.startOf(after); ; from = calendar.next(from)) {
    const to = calendar.next(from)
    if (to > until) return periods
    if (to > after) periods.push({ name: `${grain}:${nameOf(from, grain, timeZone)}`, from, to })
  }
}

function nameOf(instant: number, grain: PeriodsToFind['grain'], timeZone: string): string {
  return toZoned(instant, timeZone).toPlainDate().toString().slice(0, grain === 'day' ? undefined : -'-01'.length)
}
