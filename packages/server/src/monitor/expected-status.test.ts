import { expect, test } from 'vitest'
import { isExpected, parseExpectedStatus } from './expected-status.ts'

test('codes and ranges are read', () => {
  expect(parseExpectedStatus('200')).toEqual([[200, 200]])
  expect(parseExpectedStatus(' 200-299 ,404, 500 - 503')).toEqual([
    [200, 299],
    [404, 404],
    [500, 503],
  ])
  expect([199, 200, 299, 300, 404].map((status) => isExpected('200-299,404', status))).toEqual([false, true, true, false, true])
})

test.each(['', '2xx', '299-200', '600', '99', '200,', '200-', '200;404'])('%j is no status', (text) => expect(parseExpectedStatus(text)).toBeNull())
