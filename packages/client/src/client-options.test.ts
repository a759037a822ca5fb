import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { DEFAULTS, toConnection } from './client-options.ts'

const GOOD = { url: 'https://wayside.example.com/base/', apiKey: 'way_read_x' }

test('what is absent has its default, and the address no slash at its end', () => {
  expect(toConnection(GOOD)).toMatchObject({ ...DEFAULTS, url: 'https://wayside.example.com/base', apiKey: 'way_read_x' })
})

test('the documentation names the defaults', () => {
  const source = readFileSync(new URL('client-options.ts', import.meta.url), 'utf8')
  const documented = [...source.matchAll(/@default (\d+) \*\/\s+readonly (\w+)\?/g)].map(([, value, name]) => [name, Number(value)])
  expect(Object.fromEntries(documented)).toEqual(DEFAULTS)
})

test.each([
  [{ url: 'wayside.example.com' }, 'url must be an address such as https://wayside.example.com'],
  [{ url: 'ftp://wayside.example.com' }, 'url must be'],
  [{ url: 'https://wayside.example.com/?key=x' }, 'url must be'],
  [{ url: 'https://user:secret@wayside.example.com' }, 'url must be'],
  [{ apiKey: '' }, 'apiKey must be a key that may read'],
  [{ apiKey: 'way_read_x\r\nx: y' }, 'apiKey must be a key that may read'],
  [{ retries: -1 }, 'retries must be a whole number from 0 to 100, got -1 (number)'],
  [{ timeoutMs: 0.5 }, 'timeoutMs must be a whole number from 1 to 3600000, got 0.5 (number)'],
  [{ maxAnswerBytes: 0 }, 'maxAnswerBytes must be a whole number'],
])('%j is refused with the value seen and what to give', (over, message) => {
  expect(() => toConnection({ ...GOOD, ...over })).toThrow(message)
})
