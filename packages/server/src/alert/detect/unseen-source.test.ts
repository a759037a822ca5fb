import { expect, test } from 'vitest'
import { openUnseenSource } from './unseen-source.ts'

const CONDITION = { kind: 'unseenSource', minEvents: 3, staleDays: 30 } as const
const DAY = 86_400_000
const at = (time: number, ip: string | null) => ({ time, endpoint: 'GET /a', ip })

test('an address that was not there before is told of, once enough requests were seen', () => {
  const memory = openUnseenSource(CONDITION, null, null)
  expect(['192.0.2.1', '192.0.2.2', '192.0.2.1', '192.0.2.3', '192.0.2.3'].map((ip, time) => memory.take(at(time, ip)))).toEqual([null, null, null, 'came from 192.0.2.3, as it did not in 30 days', null])
})

test('one that was away for long is new again, and is kept no longer than requests are', () => {
  const memory = openUnseenSource(CONDITION, null, 7)
  for (const time of [0, 1, 2, 3]) memory.take(at(time, '192.0.2.1'))
  expect(memory.take(at(6 * DAY, '192.0.2.1'))).toBeNull()
  expect(memory.take(at(14 * DAY, '192.0.2.1'))).toBe('came from 192.0.2.1, as it did not in 7 days')
  expect(memory.save(30 * DAY)).toBe('{"seen":6,"sources":{}}')
})

test('of IPv6 a network of 64 bits is one source; requests without an address say nothing', () => {
  const memory = openUnseenSource(CONDITION, null, null)
  for (const time of [0, 1, 2]) memory.take(at(time, '2001:db8:0:1::5'))
  expect(memory.take(at(4, '2001:db8:0:1:9::1'))).toBeNull()
  expect(memory.take(at(5, null))).toBeNull()
  expect(memory.take(at(6, '2001:db8:0:2::5'))).toBe('came from 2001:db8:0:2::/64, as it did not in 30 days')
})

test('those that came last are known, however many there are', () => {
  const memory = openUnseenSource(CONDITION, null, null)
  for (let source = 0; source < 3_000; source++) memory.take(at(source, `10.0.${source >> 8}.${source & 255}`))
  const again = openUnseenSource(CONDITION, memory.save(3_000), null)
  expect(again.take(at(3_001, '10.0.11.183'))).toBeNull()
  expect(again.take(at(3_002, '10.0.0.1'))).not.toBeNull()
  expect(again.save(3_002).length).toBeLessThan(30_000)
})
