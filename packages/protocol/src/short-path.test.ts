import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromShortPath, toShortPath } from './short-path.ts'

test.each([
  ['/users', '/users', null],
  ['/users/7', '/users/:id', '7'],
  ['/files/a/b', '/files/*', 'a/b'],
  ['/files//b', '/files/*', '/files//b'],
  ['/other', '/users/:id', '/other'],
  ['/x', null, '/x'],
  ['*', null, '=*'],
])('%s beside %s travels as %s', (path, route, short) => {
  expect(toShortPath(path, route)).toBe(short)
})

test('every path comes back', () => {
  const text = fc.string({ unit: fc.constantFrom('/', '=', ':', '*', 'a', 'b') })
  fc.assert(fc.property(text, fc.option(text, { nil: null }), (path, route) => fromShortPath(toShortPath(path, route), route) === path))
})
