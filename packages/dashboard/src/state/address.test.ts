import { expect, test } from 'vitest'
import { createFakeWindow } from '../../test/fake-window.ts'
import { createAddress } from './address.ts'
import { createPeriodChoice } from './period.ts'

test('a key in the fragment is taken out of the address and its history', () => {
  const window = createFakeWindow('http://127.0.0.1:4270/base/?period=7d#key=way_read_abc')
  expect(createAddress(window).takeFromFragment('key')).toBe('way_read_abc')
  expect(window.entries.map(String)).toEqual(['http://127.0.0.1:4270/base/?period=7d'])
})

test('a fragment without the parameter is left alone', () => {
  const window = createFakeWindow('http://127.0.0.1:4270/#section')
  expect(createAddress(window).takeFromFragment('key')).toBeNull()
  expect(window.location.hash).toBe('#section')
})

test('a link to another fragment of the open page is noticed until told otherwise', () => {
  const window = createFakeWindow('http://127.0.0.1:4270/')
  const address = createAddress(window)
  const keys: (string | null)[] = []
  const stop = address.onFragment(() => keys.push(address.takeFromFragment('key')))
  window.follow('#key=k')
  stop()
  window.follow('#key=other')
  expect(keys).toEqual(['k'])
})

test('a chosen period is in the address, and the back button takes it back', () => {
  const window = createFakeWindow('http://127.0.0.1:4270/?other=1')
  const period = createPeriodChoice(createAddress(window))
  expect(period.value.value).toBe('24h')
  period.choose('7d')
  expect(window.location.search).toBe('?other=1&period=7d')
  expect(period.value.value).toBe('7d')
  window.back()
  expect(period.value.value).toBe('24h')
})

test('the default period leaves no trace in the address', () => {
  const window = createFakeWindow('http://127.0.0.1:4270/?period=1h')
  const period = createPeriodChoice(createAddress(window))
  period.choose('24h', 'replace')
  expect(window.entries.map(String)).toEqual(['http://127.0.0.1:4270/'])
})

test('choosing the period that is shown makes no step', () => {
  const window = createFakeWindow('http://127.0.0.1:4270/?period=1h')
  createPeriodChoice(createAddress(window)).choose('1h')
  expect(window.entries).toHaveLength(1)
})

test('a period that does not exist counts as the default', () => {
  const window = createFakeWindow('http://127.0.0.1:4270/?period=<script>')
  expect(createPeriodChoice(createAddress(window)).value.value).toBe('24h')
})
