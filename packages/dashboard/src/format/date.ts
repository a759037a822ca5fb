import { PAGE_LOCALE } from './locale.ts'

/** Writes instants (milliseconds since 1970) in one time zone. */
export interface DateFormat {
  /** Name of the zone, such as `Europe/Berlin`. */
  readonly timeZone: string
  /** `14:05` */
  time(at: number): string
  /** `22 Nov` */
  day(at: number): string
  /** `Sun 22 Nov, 14:00–14:15`, [from, to); only the begin for a minute, only dates for whole days. */
  interval(from: number, to: number): string
  /** `22 Nov 2026, 14:05:09.123`, to the millisecond. */
  instant(at: number): string
  /** Minutes that local time is ahead of UTC at this instant. */
  offsetMinutes(at: number): number
}

const MINUTE_MS = 60_000

/** @param timeZone - an IANA name; @default the browser's own */
export function createDateFormat(timeZone?: string): DateFormat {
  const zone = timeZone === undefined ? {} : { timeZone }
  const time = new Intl.DateTimeFormat(PAGE_LOCALE, { ...zone, hour: '2-digit', minute: '2-digit' })
  const day = new Intl.DateTimeFormat(PAGE_LOCALE, { ...zone, day: 'numeric', month: 'short' })
  const weekday = new Intl.DateTimeFormat(PAGE_LOCALE, { ...zone, weekday: 'short' })
  const instant = new Intl.DateTimeFormat(PAGE_LOCALE, {
    ...zone,
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
  })
  const parts = new Intl.DateTimeFormat('en-US', {
    ...zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  })
  return {
    timeZone: time.resolvedOptions().timeZone,
    time: (at) => time.format(at),
    day: (at) => day.format(at),
    interval(from, to) {
      const date = (at: number) => `${weekday.format(at)} ${day.format(at)}`
      if (time.format(from) === '00:00' && time.format(to) === '00:00' && to > from) {
        // The end is the midnight after the last day.
        const [first, last] = [date(from), date(to - 1)]
        return first === last ? first : `${first} – ${last}`
      }
      const begin = `${date(from)}, ${time.format(from)}`
      return to - from <= MINUTE_MS ? begin : `${begin}–${time.format(to)}`
    },
    instant: (at) => instant.format(at),
    offsetMinutes(at) {
      const part = Object.fromEntries(parts.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
      const { year = 1970, month = 1, day: dayOfMonth = 1, hour = 0, minute = 0 } = part
      const local = Date.UTC(year, month - 1, dayOfMonth, hour, minute)
      return Math.round((local - Math.floor(at / MINUTE_MS) * MINUTE_MS) / MINUTE_MS)
    },
  }
}
