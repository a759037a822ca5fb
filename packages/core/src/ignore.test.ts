import { expect, test } from 'vitest'
import { createIgnoreTest } from './ignore.ts'

test.each([
  ['/health', '/health', true],
  ['/health', '/healthy', false],
  ['/internal/*', '/internal/a/b', true],
  ['/internal/*', '/internal', false],
  ['*.css', '/a/style.css', true],
  ['/a/*/c', '/a/b/c', true],
  ['/a/*/c', '/a/c', false],
  ['*', '/anything', true],
  ['/a*b*b', '/ab', false],
  ['/a*b*b', '/abb', true],
])('%s on the path %s: %s', (rule, path, ignored) => {
  expect(createIgnoreTest([rule])(null, null, path)).toBe(ignored)
})

test('a rule is compared with the route, too', () => {
  expect(createIgnoreTest(['/users/:id'])(null, '/users/:id', '/users/7')).toBe(true)
})

test('a function decides by the source; one that throws ignores nothing', () => {
  const test = createIgnoreTest<{ internal: boolean }>([({ internal }) => internal])
  expect([test({ internal: true }, null, '/'), test({ internal: false }, null, '/')]).toEqual([true, false])
  const broken = createIgnoreTest([() => { throw new Error('rule') }])
  expect(broken(null, null, '/')).toBe(false)
})

test('a pattern of many stars takes linear time', () => {
  const startMs = performance.now()
  createIgnoreTest([`${'*a'.repeat(50)}b`])(null, null, 'a'.repeat(100_000))
  expect(performance.now() - startMs).toBeLessThan(1_000)
})
