import type { CustomRange, RangeWord, TimeGrain } from '@wayside/protocol'
import { Temporal } from 'temporal-polyfill'
import { createCalendar, toZoned } from './calendar.ts'
import { QueryProblem } from './query-problem.ts'

/** Milliseconds since 1970, [from, to). */
export interface Span {
  readonly from: number
  readonly to: number
}

export interface ResolvedRange extends Span {
  /**
   * The range of the same length before, as much of it as has passed of this one. Days, weeks and months are those of the
   * calendar, so that noon is held against noon when a clock was moved in between.
   */
  readonly previous: Span
}

export interface RangeSetting {
  readonly timeZone: string
  /** The interval that the query asks for; `null` without. */
  readonly grain: TimeGrain | null
  readonly now: number
}

/** What a range of a query comes to. Throws `QueryProblem` for one that is none. */
export function resolveRange(range: RangeWord | CustomRange, setting: RangeSetting, pointer: string): ResolvedRange {
  const { timeZone, now } = setting
  if (typeof range === 'object') {
    const span = readCustomRange(range, timeZone, pointer)
    return { ...span, previous: toPrevious(span, lengthOf(span, timeZone), timeZone, now) }
  }
  const { span, length } = WORDS[range](setting)
  return { ...span, previous: toPrevious(span, length, timeZone, now) }
}

/** Throws `QueryProblem` where a time zone is unknown. */
export function checkTimeZone(timeZone: string): string {
  try {
    // An offset, and an instant with its zone, would pass Temporal too.
    if (/^[A-Za-z][A-Za-z0-9_+\-/]{0,63}$/.test(timeZone)) return toZoned(0, timeZone).timeZoneId
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
  }
  throw new QueryProblem('/timeZone', `${JSON.stringify(timeZone.slice(0, 64))} is no time zone: give an IANA name such as Europe/Berlin`)
}

interface WordSpan {
  readonly span: Span
  readonly length: Temporal.DurationLike
}

const WORDS: Readonly<Record<RangeWord, (setting: RangeSetting) => WordSpan>> = {
  '1h': ofHours(1, 'minute'),
  '6h': ofHours(6, 'minute'),
  '24h': ofHours(24, 'quarterHour'),
  '7d': ofDays(7),
  '30d': ofDays(30),
  '90d': ofDays(90),
  '12mo': (setting) => toNow(setting, startOf('month', monthsBefore(setting, 11), setting), { months: 12 }),
  today: ofDays(1),
  yesterday: (setting) => {
    const today = startOf('day', setting.now, setting)
    return { span: { from: startOf('day', today - 1, setting), to: today }, length: { days: 1 } }
  },
  thisWeek: (setting) => toNow(setting, startOf('week', setting.now, setting), { weeks: 1 }),
  thisMonth: (setting) => toNow(setting, startOf('month', setting.now, setting), { months: 1 }),
}

/** Whole hours up to the end of the interval under way. */
function ofHours(hours: number, grain: TimeGrain): (setting: RangeSetting) => WordSpan {
  return (setting) => {
    const to = endOfIntervalUnderWay(setting, grain)
    return { span: { from: to - hours * 3_600_000, to }, length: { hours } }
  }
}

/** Days of the calendar, the last of which is today. */
function ofDays(days: number): (setting: RangeSetting) => WordSpan {
  return (setting) => {
    const first = toZoned(setting.now, setting.timeZone).subtract({ days: days - 1 })
    return toNow(setting, first.startOfDay().epochMilliseconds, { days })
  }
}

function toNow(setting: RangeSetting, from: number, length: Temporal.DurationLike): WordSpan {
  return { span: { from, to: endOfIntervalUnderWay(setting, 'quarterHour') }, length }
}

/** By the interval that was asked for, where that is an hour or less: a range ends with the clock, not with the day. */
function endOfIntervalUnderWay({ timeZone, grain, now }: RangeSetting, otherwise: TimeGrain): number {
  const calendar = createCalendar(grain === 'minute' || grain === 'quarterHour' || grain === 'hour' ? grain : otherwise, timeZone)
  return calendar.next(calendar.startOf(now))
}

function startOf(grain: TimeGrain, instant: number, { timeZone }: RangeSetting): number {
  return createCalendar(grain, timeZone).startOf(instant)
}

function monthsBefore({ timeZone, now }: RangeSetting, months: number): number {
  return toZoned(now, timeZone).subtract({ months }).epochMilliseconds
}

function toPrevious({ from, to }: Span, length: Temporal.DurationLike, timeZone: string, now: number): Span {
  const back = (instant: number) => toZoned(instant, timeZone).subtract(length).epochMilliseconds
  const endOfMinute = (Math.floor(now / MINUTE_MS) + 1) * MINUTE_MS
  return { from: back(from), to: back(now < from ? to : Math.min(to, endOfMinute)) }
}

const MINUTE_MS = 60_000

/** Days where a span begins and ends with one, otherwise milliseconds. */
function lengthOf({ from, to }: Span, timeZone: string): Temporal.DurationLike {
  const [begin, end] = [toZoned(from, timeZone), toZoned(to, timeZone)]
  const isMidnight = (zoned: Temporal.ZonedDateTime) => zoned.equals(zoned.startOfDay())
  return isMidnight(begin) && isMidnight(end) ? begin.toPlainDate().until(end.toPlainDate()) : { milliseconds: to - from }
}

function readCustomRange(range: CustomRange, timeZone: string, pointer: string): Span {
  const from = readInstant(range.from, timeZone, 'begin', `${pointer}/from`)
  const to = readInstant(range.to, timeZone, 'end', `${pointer}/to`)
  if (from >= to) throw new QueryProblem(pointer, 'the range is empty: give a "from" before its "to"')
  return { from, to }
}

const DATE = /^\d{4}-\d\d-\d\d$/
const LOCAL_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?$/
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/

/** 1970 to 9999; far enough from what a clock library can hold that a range may be moved. */
const LAST_INSTANT = Date.UTC(9999, 11, 31)

function readInstant(value: number | string, timeZone: string, edge: 'begin' | 'end', pointer: string): number {
  const instant = typeof value === 'number' ? value : readText(value, timeZone, edge)
  if (instant !== null && Number.isSafeInteger(instant) && instant >= 0 && instant <= LAST_INSTANT) return instant
  throw new QueryProblem(
    pointer,
    `${JSON.stringify(value).slice(0, 64)} is no date or time from 1970 to 9999: give a date such as 2026-01-31, a time such as 2026-01-31T09:00, or whole milliseconds since 1970`,
  )
}

function readText(text: string, timeZone: string, edge: 'begin' | 'end'): number | null {
  try {
    if (DATE.test(text)) {
      const date = Temporal.PlainDate.from(text)
      return (edge === 'end' ? date.add({ days: 1 }) : date).toZonedDateTime(timeZone).epochMilliseconds
    }
    if (LOCAL_TIME.test(text)) return Temporal.PlainDateTime.from(text).toZonedDateTime(timeZone).epochMilliseconds
    if (INSTANT.test(text)) return Temporal.Instant.from(text).epochMilliseconds
  } catch (cause) {
    // The 31st of February has the form of a date.
    if (!(cause instanceof RangeError)) throw cause
  }
  return null
}
