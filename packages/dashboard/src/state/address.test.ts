import { expect, test } from 'vitest'
import { createFakeWindow } from '../../test/fake-window.ts'
import { createAddress, withChanges } from './address.ts'

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

test('what is chosen is in the address, and the back button takes it back', () => {
  const window = createFakeWindow('http://127.0.0.1:4270/?other=1')
  const address = createAddress(window)
  address.set({ period: '7d', f: ['country:DE', 'endpoint:GET /a b'] })
  expect(window.location.search).toBe('?other=1&period=7d&f=country:DE&f=endpoint:GET%20/a%20b')
  expect(address.place.value.params.getAll('f')).toEqual(['country:DE', 'endpoint:GET /a b'])
  window.back()
  expect(String(address.place.value.params)).toBe('other=1')
})

test('a choice may leave no step behind', () => {
  const window = createFakeWindow('http://127.0.0.1:4270/?period=1h')
  createAddress(window).set({ period: null }, 'replace')
  expect(window.entries.map(String)).toEqual(['http://127.0.0.1:4270/'])
})

test.each(['http://127.0.0.1:4270/', 'http://127.0.0.1:4270/tools/analytics/'])('each view has a path below %s', (base) => {
  const window = createFakeWindow(`${base}errors?period=7d`)
  const address = createAddress(window)
  expect(address.place.value.name).toBe('errors')
  address.go('endpoints', new URLSearchParams('period=1h'))
  expect(window.location.href).toBe(`${base}endpoints?period=1h`)
  address.go('', new URLSearchParams())
  expect([window.location.href, address.place.value.name]).toEqual([base, ''])
})

test('changes leave what they do not name', () => {
  expect(String(withChanges(new URLSearchParams('a=1&b=2&b=3'), { b: null, c: '4' }))).toBe('a=1&c=4')
})
