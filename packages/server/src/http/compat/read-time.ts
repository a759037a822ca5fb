/**
 * A time as clients of any language write it, in milliseconds since 1970: ISO 8601 with `Z`, an offset or neither
 * (then UTC), with any fraction; an HTTP date; or a number of seconds, milliseconds, microseconds or nanoseconds,
 * also as text. `null` for anything else.
 */
export function readTime(value: unknown): number | null {
  if (typeof value === 'number') return fromEpoch(value)
  if (typeof value !== 'string') return null
  const text = value.trim()
  if (text.length > 64) return null
  if (/^\d{9,19}(\.\d+)?$/.test(text)) return fromEpoch(Number(text))
  const iso = ISO.exec(text)
  if (iso !== null) return fromIso(iso)
  return /^[A-Za-z]{3}, .* GMT$/.test(text) ? fromDate(Date.parse(text)) : null
}

const ISO =
  /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,12}))?)?(?:\s?([Zz]|[+-]\d\d(?::?\d\d)?))?)?$/

/** The greatest time that a `Date` holds. */
const MAX_TIME_MS = 8.64e15
const MINUTE_MS = 60_000

function fromIso([, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z']: readonly (
  string | undefined
)[]): number | null {
  const parts = {
    month: Number(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
  }
  const isReal =
    parts.hour <= 23 && parts.minute <= 59 && parts.second <= 60 && isDate(Number(year), parts.month, parts.day)
  if (!isReal) return null
  const ms = Number(fraction.slice(0, 3).padEnd(3, '0'))
  return (
    Date.UTC(Number(year), parts.month - 1, parts.day, parts.hour, parts.minute, parts.second, ms) - toOffsetMs(zone)
  )
}

/** Whether the calendar has the day; `Date` would turn 31 February into March. */
function isDate(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day))
  return year >= 1970 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
}

function toOffsetMs(zone: string): number {
  if (zone === 'Z' || zone === 'z') return 0
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0')
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2))
  return (zone.startsWith('-') ? -minutes : minutes) * MINUTE_MS
}

/** The unit follows from the size: each of these ranges is the years 1973 to 5138 in its unit. */
function fromEpoch(value: number): number | null {
  if (!(value >= 1e8)) return null
  if (value < 1e11) return fromDate(value * 1_000)
  if (value < 1e14) return fromDate(value)
  if (value < 1e17) return fromDate(value / 1_000)
  return fromDate(value / 1_000_000)
}

function fromDate(ms: number): number | null {
  return ms >= 0 && ms <= MAX_TIME_MS ? Math.round(ms) : null
}
