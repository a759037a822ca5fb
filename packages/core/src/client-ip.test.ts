import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { createClientIpReader } from './client-ip.ts'
import type { TrustProxy } from './options.ts'

test.each<[string, TrustProxy, string | undefined, string | null]>([
  ['203.0.113.9', false, '198.51.100.1', '203.0.113.9'],
  ['::ffff:203.0.113.9', false, undefined, '203.0.113.9'],
  ['fe80::1%eth0', false, undefined, 'fe80::1'],
  ['2001:db8::1', false, undefined, '2001:db8::1'],
  ['10.0.0.1', 1, '198.51.100.1', '198.51.100.1'],
  ['10.0.0.1', 1, '6.6.6.6, 198.51.100.1', '198.51.100.1'],
  ['10.0.0.1', 2, '6.6.6.6, 198.51.100.1, 10.0.0.2', '198.51.100.1'],
  ['10.0.0.1', 5, '198.51.100.1', '198.51.100.1'],
  ['10.0.0.1', 1, undefined, '10.0.0.1'],
  ['10.0.0.1', 1, 'unknown', '10.0.0.1'],
  ['10.0.0.1', ['10.0.0.0/8'], '6.6.6.6, 198.51.100.1, 10.1.2.3', '198.51.100.1'],
  ['10.0.0.1', ['10.0.0.0/8'], '10.1.1.1, 10.1.2.3', '10.1.1.1'],
  ['203.0.113.9', ['10.0.0.0/8'], '198.51.100.1', '203.0.113.9'],
  ['::ffff:10.0.0.1', ['10.0.0.1'], '[2001:db8::7]:443', '2001:db8::7'],
  ['::1', ['::1', 'fd00::/8'], '2001:db8::7, fd00::2', '2001:db8::7'],
])('socket %s, trustProxy %j, X-Forwarded-For %s: %s', (address, trustProxy, forwarded, expected) => {
  const request = new IncomingMessage(Object.defineProperty(new Socket(), 'remoteAddress', { value: address }))
  if (forwarded !== undefined) request.headers['x-forwarded-for'] = forwarded
  expect(createClientIpReader(trustProxy)(request)).toBe(expected)
})

test('a socket without an address has no client IP', () => {
  expect(createClientIpReader(1)(new IncomingMessage(new Socket()))).toBeNull()
})
