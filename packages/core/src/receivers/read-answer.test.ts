import { expect, test } from 'vitest'
import { parseRetryAfter, toSendResult } from './read-answer.ts'

const RECEIPT = '{"ack":"durable","accepted":1,"duplicates":1,"rejected":[{"seq":3,"field":"status","reason":"no"}]}'
const NOW = Date.UTC(2026, 0, 1)

test.each([200, 201, 202])('a receipt with status %i acknowledges', (status) => {
  expect(toSendResult(status, null, RECEIPT, NOW)).toEqual({ kind: 'acked', rejected: [3], afterMs: 0 })
})

test.each([
  ['{"retryAfterMs":1500}', 1_500],
  ['{"retryAfterMs":1e12}', 900_000],
  ['{"retryAfterMs":-1}', 0],
  ['{"retryAfterMs":"1500"}', 0],
  ['{}', 0],
  ['null', 0],
])('a receipt with throttle %s asks for %i ms', (throttle, afterMs) => {
  expect(toSendResult(200, null, RECEIPT.replace('}]', `}],"throttle":${throttle}`), NOW)).toMatchObject({ kind: 'acked', afterMs })
})

test.each(['', '<html>', '[]', 'null', '{}', '{"ack":"durable"}', RECEIPT.replace('durable', 'maybe'), RECEIPT.replace('"accepted":1', '"accepted":"1"')])(
  'a 200 with the body %s is no acknowledgement',
  (body) => {
    expect(toSendResult(200, null, body, NOW)).toMatchObject({ kind: 'retry' })
  },
)

test.each([
  [400, 'refused_batch'],
  [415, 'refused_batch'],
  [422, 'refused_batch'],
  [413, 'too_large'],
  [401, 'refused_access'],
  [403, 'refused_access'],
  [404, 'refused_access'],
  [407, 'refused_access'],
  [301, 'refused_access'],
  [307, 'refused_access'],
  [408, 'retry'],
  [425, 'retry'],
  [429, 'retry'],
  [500, 'retry'],
  [503, 'retry'],
  [522, 'retry'],
])('status %i is %s', (status, kind) => {
  expect(toSendResult(status, null, '', NOW)).toMatchObject({ kind })
})

test('the reason is what the problem document says', () => {
  expect(toSendResult(503, '7', '{"detail":"the disk is full"}', NOW)).toEqual({ kind: 'retry', afterMs: 7_000, reason: 'status 503: the disk is full' })
})

test.each([
  [null, null],
  ['', null],
  ['soon', null],
  ['-1', 1_000],
  ['0', 1_000],
  ['120', 120_000],
  ['999999999', 900_000],
  ['Thu, 01 Jan 2026 00:01:00 GMT', 60_000],
  ['Thu, 01 Jan 1970 00:00:00 GMT', 1_000],
])('Retry-After %s is %s ms', (value, ms) => {
  expect(parseRetryAfter(value, NOW)).toBe(ms)
})
