import { expect, test } from 'vitest'
import { normalizeIp, parseIp, toNetwork } from './index.ts'

test.each([
  ['203.0.113.7', '203.0.113.7'],
  [' 203.0.113.7 ', '203.0.113.7'],
  ['203.0.113.7:51234', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['::FFFF:cb00:7107', '203.0.113.7'],
  ['2001:0db8:0000:0000:0000:0000:0000:0001', '2001:db8::1'],
  ['[2001:db8::1]:443', '2001:db8::1'],
  ['fe80::1%eth0', 'fe80::1'],
  ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
  ['::', '::'],
  ['::1', '::1'],
])('%s is the address %s', (text, address) => {
  expect(normalizeIp(text)).toBe(address)
})

test.each(['', 'unknown', '256.1.1.1', '1.2.3', '1.2.3.4.5', '1:2:3', '1::2::3', ':::', '12345::', '1.2.3.4::', 'x'.repeat(100), '[', '%'])(
  '"%s" is no address',
  (text) => {
    expect(normalizeIp(text)).toBeNull()
    expect(toNetwork(text)).toBeNull()
  },
)

test.each([
  ['203.0.113.7', '203.0.113.0/24'],
  ['::ffff:203.0.113.7', '203.0.113.0/24'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
  ['::1', '::/48'],
])('the network of %s is %s', (text, network) => {
  expect(toNetwork(text)).toBe(network)
})

test('an address is 4 or 16 bytes', () => {
  expect(parseIp('1.2.3.4')).toEqual([1, 2, 3, 4])
  expect(parseIp('2001:db8::1')).toHaveLength(16)
})
