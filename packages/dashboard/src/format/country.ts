import { PAGE_LOCALE } from './locale.ts'

const names = new Intl.DisplayNames(PAGE_LOCALE, { type: 'region', fallback: 'none' })

/** The name of a country by its ISO 3166 code; a code that has none, or any other text, stays as it is. */
export function toCountryName(code: string): string {
  // `Intl.DisplayNames` throws on anything but two letters or three digits.
  return /^[A-Za-z]{2}$/.test(code) ? (names.of(code.toUpperCase()) ?? code) : code
}
