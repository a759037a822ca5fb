import { expect, test } from 'vitest'
import { startWarnings } from './start-warnings.ts'

const warningsFor = (url: string, given = true, production = true) => startWarnings(new URL(url), given, production)

test('in production without a URL there is one warning that names the address', () => {
  expect(warningsFor('http://127.0.0.1:4270', false)).toEqual([expect.stringContaining('http://127.0.0.1:4270/')])
  expect(warningsFor('http://127.0.0.1:4270', false, false)).toEqual([])
})

test.each(['http://wayside.example.com', 'http://8.8.8.8', 'http://[2001:4860::1]'])('%s sends the key unencrypted over a public network', (url) => {
  expect(warningsFor(url)).toEqual([expect.stringContaining('unencrypted')])
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
  expect(warningsFor(url)).toEqual([])
})
