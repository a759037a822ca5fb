import { formatDigits } from './digits.ts'
import { PAGE_LOCALE } from './locale.ts'

const whole = new Intl.NumberFormat(PAGE_LOCALE, { maximumFractionDigits: 0 })

/** Text for a value that is not there. */
export const NOTHING = '–'

/** A count in full, such as `1,234,567`. */
export function formatCount(count: number): string {
  return whole.format(count)
}

/** A count that fits a tile or an axis: in full below 100,000, else three digits and a unit, such as `1.23M`. */
export function formatShortCount(count: number): string {
  if (count < 100_000) return whole.format(count)
  const units = ['k', 'M', 'B', 'T']
  let value = count
  let unit = ''
  for (const next of units) {
    if (Number(value.toPrecision(3)) < 1_000) break
    value /= 1_000
    unit = next
  }
  return formatDigits(value, 3) + unit
}

/** Events per minute: whole from 10 on, with one or two decimals below, `<0.01` where these would show nothing. */
export function formatRate(perMinute: number): string {
  if (perMinute === 0) return '0'
  if (perMinute < 0.01) return '<0.01'
  if (perMinute < 10) return formatDigits(perMinute, 2)
  return formatShortCount(Math.round(perMinute))
}

/** A share of 0 to 1 as percent with one decimal; below 1 % with two digits, so that rare errors do not read as none. */
export function formatShare(share: number | null): string {
  if (share === null) return NOTHING
  const percent = share * 100
  if (percent === 0) return '0%'
  if (percent < 0.01) return '<0.01%'
  if (percent < 0.995) return `${formatDigits(percent, 2)}%`
  // Never 100 % while something is missing.
  if (percent > 99.9 && percent < 100) return '>99.9%'
  return percent === 100 ? '100%' : `${percent.toFixed(1)}%`
}
