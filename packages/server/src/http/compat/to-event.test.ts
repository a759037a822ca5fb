import { LIMITS } from '@wayside/protocol'
import { expect, test } from 'vitest'
import { toEvent } from './to-event.ts'

const ROW = {
  hostname: 'api.example.com',
  ip_address: '203.0.113.7',
  user_agent: 'curl/8.5',
  path: '/users/42',
  method: 'GET',
  status: 200,
  response_time: 12,
  user_id: 'ada',
  created_at: '2026-01-01T00:00:00.123Z',
}

function read(over: Readonly<Record<string, unknown>>) {
  const result = toEvent({ ...ROW, ...over }, 0)
  return 'event' in result ? result.event : result.reason
}

test('a whole row keeps every member', () => {
  expect(read({})).toMatchObject({
    host: 'api.example.com',
    ip: '203.0.113.7',
    userAgent: 'curl/8.5',
    path: '/users/42',
    route: '/users/:id',
    method: 'GET',
    status: 200,
    durationUs: 12_000,
    userId: 'ada',
    time: Date.UTC(2026, 0, 1, 0, 0, 0, 123),
  })
})

test.each([
  ['ip_address', '203.0.113.7:51234', 'ip', '203.0.113.7'],
  ['ip_address', '[2001:db8::1]:443', 'ip', '2001:db8::1'],
  ['ip_address', 'fe80::1%eth0', 'ip', 'fe80::1'],
  ['ip_address', '::ffff:203.0.113.7', 'ip', '203.0.113.7'],
  ['ip_address', '203.0.113.7, 10.0.0.1', 'ip', '203.0.113.7'],
  ['ip_address', 'unknown', 'ip', null],
  ['ip_address', '', 'ip', null],
  ['ip_address', null, 'ip', null],
  ['path', '/users?token=secret#x', 'path', '/users'],
  ['path', '?token=secret', 'path', '/'],
  ['path', '/users/update;--', 'path', '/users/update;--'],
  ['method', 'post', 'method', 'POST'],
  ['method', 'PURGE', 'method', 'PURGE'],
  ['status', '404', 'status', 404],
  ['response_time', 0.25, 'durationUs', 250],
  ['response_time', '12.5', 'durationUs', 12_500],
  ['response_time', 3_600_000, 'durationUs', 3_600_000_000],
  ['response_time', 1e300, 'durationUs', null],
  ['response_time', -1, 'durationUs', null],
  ['response_time', null, 'durationUs', null],
  ['user_id', '', 'userId', null],
  ['user_id', 42, 'userId', '42'],
  ['user_agent', undefined, 'userAgent', null],
  ['hostname', null, 'host', null],
  ['created_at', 'nonsense', 'time', Number.POSITIVE_INFINITY],
])('%s %j becomes %s %j', (member, value, name, expected) => {
  expect(read({ [member]: value })).toHaveProperty(name, expected)
})

test.each([
  ['method', '', 'has no method'],
  ['path', null, 'has no path'],
  ['status', 0, 'has no status from 100 to 599'],
  ['status', 200.5, 'has no status from 100 to 599'],
  ['status', 'ok', 'has no status from 100 to 599'],
])('%s %j costs the row', (member, value, reason) => {
  expect(read({ [member]: value })).toBe(reason)
})

test.each([[null], [7], ['row'], [[]], [undefined]])('%j is no row', (row) => {
  expect(toEvent(row, 0)).toEqual({ reason: 'is not a JSON object' })
})

test('long text is cut between characters', () => {
  const event = read({ user_agent: '😀'.repeat(1_000), path: `/${'é'.repeat(5_000)}` })

  expect(event).toMatchObject({
    userAgent: '😀'.repeat(LIMITS.userAgentLength / 2),
    path: `/${'é'.repeat(LIMITS.pathLength - 1)}`,
  })
})
