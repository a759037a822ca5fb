import { expect, test } from 'vitest'
import { readEnvironment } from './config.ts'
import type { Options } from './options.ts'
import { parseOptions } from './parse-options.ts'
import { startWarnings } from './start-warnings.ts'

const warningsFor = (options: Options, production = true) => startWarnings(parseOptions('key', options, readEnvironment({})), production)

test('in production without a URL there is one warning that names the address', () => {
  expect(warningsFor({})).toEqual([expect.stringContaining('http://127.0.0.1:4270/')])
  expect(warningsFor({}, false)).toEqual([])
})

test('an http: address whose name may be public is told with the fix, and not with allowCleartext', () => {
  expect(warningsFor({ serverUrl: 'http://wayside.example.com' })).toEqual([expect.stringMatching(/http:\/\/wayside\.example\.com\/ unencrypted.*allowCleartext: true/)])
  expect(warningsFor({ serverUrl: 'http://wayside.example.com', allowCleartext: true })).toEqual([])
  expect(warningsFor({ receivers: 'https://a | http://b.example.com' })).toHaveLength(1)
})

test.each([
  'https://wayside.example.com',
  'http://localhost:4270',
  'http://wayside:4270',
  'http://wayside.svc.cluster.local',
  'http://10.1.2.3',
  'http://172.31.0.1',
  'http://192.168.1.1',
  'http://[::1]:4270',
  'http://[fd00::1]',
])('%s gets no warning', (url) => {
  expect(warningsFor({ serverUrl: url })).toEqual([])
})
