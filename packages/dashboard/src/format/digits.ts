import { PAGE_LOCALE } from './locale.ts'

const two = new Intl.NumberFormat(PAGE_LOCALE, { maximumSignificantDigits: 2 })
const three = new Intl.NumberFormat(PAGE_LOCALE, { maximumSignificantDigits: 3 })

/** A number with at most that many significant digits, without exponent and trailing zeros: `1.23`, `0.042`, `9,870`. */
export function formatDigits(value: number, significant: 2 | 3): string {
  return (significant === 2 ? two : three).format(value)
}
