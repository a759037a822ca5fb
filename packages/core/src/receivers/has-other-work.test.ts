import { expect, test } from 'vitest'
import { hasOtherWork } from './has-other-work.ts'

test.each([
  [[], false],
  [['ConnectWrap', 'SimpleWriteWrap', 'PipeWrap', 'TTYWrap', 'GetAddrInfoReqWrap'], false],
  [['ConnectWrap', 'TCPServerWrap'], true],
  [['Timeout'], true],
  [['TCPSocketWrap'], true],
  [['SomethingNew'], true],
])('%j: other work %s', (resources, expected) => {
  expect(hasOtherWork(resources, false)).toBe(expected)
})

test('a process that was forked lives for its channel', () => {
  expect(hasOtherWork(['PipeWrap'], true)).toBe(true)
})
