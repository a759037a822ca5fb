import { expect, test } from 'vitest'
import { createAddressGuard } from './address-guard.ts'

const PRIVATE = [
  ...['127.0.0.1', '127.255.255.254', '0.0.0.0', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1', '169.254.1.1', '100.64.0.1', '100.127.255.255', '224.0.0.1', '255.255.255.255'],
  ...['::', '::1', 'fe80::1', 'fe80::1%eth0', 'fc00::1', 'fd12:3456::1', 'ff02::1', 'fec0::1', '2001:db8::1', '2002:a00:1::', '2001::1'],
  ...['::ffff:127.0.0.1', '::ffff:a00:1', '::ffff:0:10.0.0.1', '::10.0.0.1', '64:ff9b::10.0.0.1', '64:ff9b::7f00:1', '64:ff9b:1::1'],
]
const METADATA = ['169.254.169.254', '::ffff:169.254.169.254', '::ffff:a9fe:a9fe', '100.100.100.200', 'fd00:ec2::254']


test.each([...PRIVATE, ...METADATA])('%s is not connected to', (address) => {
  expect(createAddressGuard([]).refuse(address, 'api.example.org')).toMatch(/private|credentials/)
})

test.each(['8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '64:ff9b::8.8.8.8'])('%s is', (address) => {
  expect(createAddressGuard([]).refuse(address, 'api.example.org')).toBeNull()
})

test('what is no address is not connected to', () => {
  for (const text of ['', 'localhost', '0x7f.1', '127.1', '2130706433']) expect(createAddressGuard(['localhost']).refuse(text, 'api.example.org')).toContain('no IP address')
})

test('an operator opens addresses, networks and names, and nothing beside them', () => {
  const guard = createAddressGuard(['10.0.0.0/8', '192.168.1.5', 'fd12::/16', 'API.internal'])

  for (const [address, host] of [
    ['10.200.0.1', 'x'],
    ['::ffff:10.0.0.1', 'x'],
    ['192.168.1.5', 'x'],
    ['fd12::5', 'x'],
    ['172.16.0.9', 'api.internal'],
    ['127.0.0.1', 'api.internal'],
  ] as const)
    expect([address, guard.refuse(address, host)]).toEqual([address, null])
  for (const [address, host] of [
    ['192.168.1.6', 'x'],
    ['172.16.0.9', 'x.api.internal'],
    ['127.0.0.1', 'localhost'],
  ] as const)
    expect([address, guard.refuse(address, host)]).toEqual([address, `${address} is a private address`])
})

test('no configuration opens where clouds keep credentials', () => {
  const guard = createAddressGuard(['0.0.0.0/0', '::/0', 'metadata.internal'])

  for (const address of METADATA) expect(guard.refuse(address, 'metadata.internal')).toContain('credentials')
})
