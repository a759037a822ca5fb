import { expect, test } from 'vitest'
import { toFields, toInput } from './to-input.ts'

test('a new form is what a monitor is by itself', () => {
  expect(toInput({ ...toFields(null), name: ' Shop ', url: ' http://shop.test/ ' })).toEqual({
    name: 'Shop',
    url: 'http://shop.test/',
    method: 'GET',
    intervalMs: 60_000,
    timeoutMs: 10_000,
    expectedStatus: '200-299',
    body: null,
    slowMs: null,
    certificateDays: 14,
    failuresToOpen: 2,
    successesToClose: 2,
    maxRedirects: 5,
  })
})

test('what a monitor has goes into the form and comes out of it, but for its headers', () => {
  const input = {
    name: 'Shop',
    url: 'http://shop.test/',
    method: 'HEAD',
    intervalMs: 20_000,
    timeoutMs: 1_500,
    expectedStatus: '204',
    body: { rule: 'matches', text: '^ok' },
    slowMs: 800,
    certificateDays: null,
    failuresToOpen: 3,
    successesToClose: 1,
    maxRedirects: 0,
  } as const
  expect(toInput(toFields(input))).toEqual(input)
})

test('headers are lines, and nonsense is a number that the server refuses', () => {
  const input = toInput({ ...toFields(null), headers: 'X-Key: a:b\n\n Accept : text/html\nlonely', every: 'often' })
  expect(input.headers).toEqual({ 'X-Key': 'a:b', Accept: 'text/html', lonely: '' })
  expect(input.intervalMs).toBe(0)
})
