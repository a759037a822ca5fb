import { createCalendar, toZoned } from '../query/calendar.ts'
import type { Span } from '../query/resolve-range.ts'
import type { MailFrequency, TimeGrain } from '@wayside/protocol'

const PERIODS: Readonly<Record<MailFrequency, TimeGrain>> = { daily: 'day', weekly: 'week', monthly: 'month' }
/** Which intervals the charts of a report have. */
export const INTERVALS: Readonly<Record<MailFrequency, 'hour' | 'day'>> = { daily: 'hour', weekly: 'day', monthly: 'day' }

/** The last day, week or month that was over at an instant, milliseconds since 1970. Weeks begin on Monday. */
export function lastPeriod(frequency: MailFrequency, timeZone: string, instant: number): Span {
  const calendar = createCalendar(PERIODS[frequency], timeZone)
  const to = calendar.startOf(instant)
  return { from: calendar.startOf(to - 1), to }
}

/** A period in words, such as `Friday 2026-01-30`, `2026-01-26 to 2026-02-01` and `January 2026`. */
export function nameOfPeriod(frequency: MailFrequency, { from, to }: Span, timeZone: string): string {
  const [first, last] = [toZoned(from, timeZone).toPlainDate(), toZoned(to - 1, timeZone).toPlainDate()]
  switch (frequency) {
    case 'daily':
      return `${new Date(from).toLocaleDateString('en', { weekday: 'long', timeZone })} ${first.toString()}`
    case 'weekly':
      return `${first.toString()} to ${last.toString()}`
    case 'monthly':
      return new Date(from).toLocaleDateString('en', { month: 'long', year: 'numeric', timeZone })
  }
}
