import { expect, test } from 'vitest'
import { toCountryName } from './country.ts'

test('a code becomes a name', () => {
  expect(toCountryName('DE')).toBe('Germany')
  expect(toCountryName('jp')).toBe('Japan')
})

test('what is no country code stays as it is', () => {
  expect(toCountryName('ZQ')).toBe('ZQ')
  expect(toCountryName('<img src=x>')).toBe('<img src=x>')
  expect(toCountryName('')).toBe('')
})
