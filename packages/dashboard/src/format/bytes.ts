import { formatDigits } from './digits.ts'

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']

/** A size in decimal units with at most three digits, such as `1.23 MB`. */
export function formatBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  while (Number(value.toPrecision(3)) >= 1_000 && unit < UNITS.length - 1) {
    value /= 1_000
    unit++
  }
  return `${formatDigits(value, 3)} ${UNITS[unit]}`
}
