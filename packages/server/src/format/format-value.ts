import type { DimensionValue, QueryColumn } from '@wayside/protocol'
import { printable } from './printable.ts'

const UNKNOWN = '(unknown)'
const NOTHING = '–'
const MAX_TEXT_LENGTH = 60
const SIZES = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const

/** A value of an answer for people: with its unit, in the time zone of the question. */
export function formatValue(value: DimensionValue, { kind, type, unit }: Pick<QueryColumn, 'kind' | 'type' | 'unit'>, timeZone: string): string {
  if (value === null) return kind === 'dimension' ? UNKNOWN : NOTHING
  if (typeof value !== 'number') return printable(String(value), MAX_TEXT_LENGTH)
  if (type === 'instant') return formatInstant(value, timeZone)
  if (kind === 'dimension') return String(value)
  switch (unit) {
    case 'ms':
      return formatMs(value)
    case 'bytes':
      return formatBytes(value)
    case 'share':
      return `${(value * 100).toFixed(2)} %`
    case null:
      return formatCount(value)
  }
}

/** How a metric moved against the other range: `+12 %`, `-3 %`; `new` where there was nothing. */
export function formatChange(now: DimensionValue | undefined, before: DimensionValue | undefined): string {
  if (typeof now !== 'number' || typeof before !== 'number') return NOTHING
  if (before === 0) return now === 0 ? '0 %' : 'new'
  const percent = (now / before - 1) * 100
  const digits = Math.abs(percent) < 10 ? 1 : 0
  return `${percent > 0 ? '+' : ''}${percent.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })} %`
}

/** A thousand separator, and no more digits than say something. */
function formatCount(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: 3 })
}

function formatMs(ms: number): string {
  if (ms >= 100_000) return `${formatCount(Math.round(ms / 1_000))} s`
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(2)} s`
  return `${ms.toFixed(ms >= 100 ? 0 : ms >= 10 ? 1 : 2)} ms`
}

function formatBytes(bytes: number): string {
  const power = Math.min(SIZES.length - 1, bytes < 1_000 ? 0 : Math.floor(Math.log10(bytes) / 3))
  const size = bytes / 1_000 ** power
  return `${power === 0 ? size : size.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2)} ${SIZES[power]}`
}

/** Such as `2026-01-31 13:00`, without the time where the day begins. */
function formatInstant(instant: number, timeZone: string): string {
  // Swedish writes dates as ISO 8601 does.
  const [day = '', time = ''] = new Date(instant).toLocaleString('sv', { timeZone }).split(' ')
  return time === '00:00:00' ? day : `${day} ${time.slice(0, 5)}`
}
