import type { TimeGrain } from '@wayside/protocol'
import { Temporal } from 'temporal-polyfill'

/** The intervals of a grain as clocks in one time zone show them. Instants are milliseconds since 1970. */
export interface Calendar {
  /** The start of the interval that an instant is in. */
  startOf(instant: number): number
  /** The start of the interval after the one that begins at `start`. */
  next(start: number): number
}

/**
 * Minutes, quarters and hours are those on the clock, and begin anew when the clock is put forward or back: a day may have 23
 * or 25 hours, and where clocks move by half an hour, two shorter ones. Days, weeks and months begin with their first instant.
 */
export function createCalendar(grain: TimeGrain, timeZone: string): Calendar {
  switch (grain) {
    case 'minute':
      return createClock(60_000, timeZone)
    case 'quarterHour':
      return createClock(900_000, timeZone)
    case 'hour':
      return createClock(3_600_000, timeZone)
    case 'day':
      return createDates(timeZone, (date) => date, { days: 1 })
    case 'week':
      return createDates(timeZone, (date) => date.subtract({ days: date.dayOfWeek - 1 }), { weeks: 1 })
    case 'month':
      return createDates(timeZone, (date) => date.with({ day: 1 }), { months: 1 })
  }
}

/** An instant on the clocks and calendars of a time zone. */
export function toZoned(instant: number, timeZone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timeZone)
}

/** Instants at which a time zone has one offset from UTC, [from, to). */
interface Stretch {
  readonly from: number
  readonly to: number
  readonly offsetMs: number
}

function createClock(stepMs: number, timeZone: string): Calendar {
  // Calendars are asked for one interval after the other: nearly all lie in the stretch of the one before.
  let stretch: Stretch | null = null
  const stretchAt = (instant: number) => {
    if (stretch === null || instant < stretch.from || instant >= stretch.to) stretch = readStretch(instant, timeZone)
    return stretch
  }
  const sinceStep = (instant: number, { offsetMs }: Stretch) => (((instant + offsetMs) % stepMs) + stepMs) % stepMs
  return {
    startOf(instant) {
      const at = stretchAt(instant)
      return Math.max(instant - sinceStep(instant, at), at.from)
    },
    next(start) {
      const at = stretchAt(start)
      return Math.min(start + stepMs - sinceStep(start, at), at.to)
    },
  }
}

function readStretch(instant: number, timeZone: string): Stretch {
  const zoned = toZoned(instant, timeZone)
  const to = zoned.getTimeZoneTransition('next')?.epochMilliseconds ?? Infinity
  // `previous` looks before an instant, and this one may be the first of its stretch.
  const from = zoned.add({ milliseconds: 1 }).getTimeZoneTransition('previous')?.epochMilliseconds ?? -Infinity
  return { from, to, offsetMs: zoned.offsetNanoseconds / 1e6 }
}

function createDates(timeZone: string, toFirst: (date: Temporal.PlainDate) => Temporal.PlainDate, step: Temporal.DurationLike): Calendar {
  const begin = (date: Temporal.PlainDate) => date.toZonedDateTime(timeZone).epochMilliseconds
  const firstAt = (instant: number) => toFirst(toZoned(instant, timeZone).toPlainDate())
  return {
    startOf: (instant) => begin(firstAt(instant)),
    next(start) {
      const first = firstAt(start)
      const next = begin(first.add(step))
      // A date that a time zone left out, as Samoa the 30th of December 2011, begins with the one after it.
      return next > start ? next : begin(first.add(step).add(step))
    },
  }
}
