import { expect, test } from 'vitest'
import { createAddressReader } from './address.ts'

const read = createAddressReader()

test.each([
  ['8.8.8.8', 'US'],
  ['88.198.1.1', 'DE'],
  ['::ffff:88.198.1.1', 'DE'],
  ['2001:4860:4860::8888', 'US'],
  ['88.198.1.1:51234', 'DE'],
  ['[2001:4860:4860::8888]:443', 'US'],
])('an address has a country: %s is in %s', (address, expected) => {
  expect(read(address).country).toBe(expected)
})

test.each([
  ['88.198.1.0/24', 'DE'],
  ['2001:4860:4860::/48', 'US'],
])('a network has the country of its first address: %s is in %s', (network, expected) => {
  expect(read(network).country).toBe(expected)
})

test.each(['127.0.0.1', '::1', '10.1.2.3', '172.31.255.255', '192.168.1.1', '100.64.0.1', '169.254.1.1', 'fe80::1', 'fd00::1', '203.0.113.7', '2001:db8::1', '224.0.0.1'])(
  'a reserved address has none: %s',
  (address) => {
    expect(read(address).country).toBeNull()
  },
)

test.each(['', 'unknown', '1.2.3', '999.1.1.1', '-', '/24', '88.198.1.1, 10.0.0.1', 'a'.repeat(10_000)])('what is no address has none: %s', (text) => {
  expect(read(text).country).toBeNull()
})

test('an address is put into its usual form, and a network is no address', () => {
  expect(read('::ffff:88.198.1.1').ip).toBe('88.198.1.1')
  expect(read('2001:0DB8::0001').ip).toBe('2001:db8::1')
  expect(read('88.198.1.0/24').ip).toBeNull()
  expect(read('unknown').ip).toBeNull()
})

test.each([
  ['/nowhere/countries.mmdb', 'ENOENT'],
  [import.meta.filename, 'the country database'],
])('a database that cannot be used is said when the reader is made: %s', (path, reason) => {
  expect(() => createAddressReader({ path })).toThrow(reason)
})
