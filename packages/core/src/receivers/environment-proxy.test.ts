import { expect, test } from 'vitest'
import { environmentProxy } from './environment-proxy.ts'

const exempt = (url: string, noProxy: string) => environmentProxy(new URL(url), { httpsProxy: 'p', httpProxy: 'p', noProxy }) === null

test.each([
  ['https://a.example', 'a.example'],
  ['https://a.example', 'x, a.example ,y'],
  ['https://a.example', 'x a.example'],
  ['https://A.example.', 'a.EXAMPLE'],
  ['https://x.a.example', 'a.example'],
  ['https://x.a.example', '.a.example'],
  ['https://x.a.example', '*.a.example'],
  ['https://a.example', '*'],
  ['https://a.example:8443', 'a.example:8443'],
  ['https://a.example', 'a.example:443'],
  ['http://a.example', 'a.example:80'],
  ['http://10.1.2.3', '10.1.2.3'],
  ['http://10.1.2.3:99', '10.0.0.0/8'],
  ['http://10.1.2.3:99', '10.1.2.3:99'],
  ['http://[fd00::1]', 'fd00::1'],
  ['http://[fd00::1]', '[fd00::1]'],
  ['http://[fd00::1]:99', '[fd00::1]:99'],
  ['http://[fd00::1]', 'fd00::/8'],
  ['http://localhost:4270', ''],
  ['http://127.0.0.1:4270', ''],
  ['http://[::1]:4270', ''],
])('%s goes past the proxy with NO_PROXY=%s', (url, noProxy) => {
  expect(exempt(url, noProxy)).toBe(true)
})

test.each([
  ['https://a.example', ''],
  ['https://a.example', ','],
  ['https://a.example', 'b.example'],
  ['https://aa.example', 'a.example'],
  ['https://a.example', 'a.example:8443'],
  ['https://a.example', 'example.com'],
  ['http://11.1.2.3', '10.0.0.0/8'],
  ['http://10.1.2.3', '10.1.2.3:99'],
  ['http://10.1.2.3', '2.3'],
  ['http://[fd00::1]', '[fd00::1]:99'],
  ['http://[fd00::1]', 'fe80::/10'],
])('%s takes the proxy with NO_PROXY=%s', (url, noProxy) => {
  expect(exempt(url, noProxy)).toBe(false)
})
