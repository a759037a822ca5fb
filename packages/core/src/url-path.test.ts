import { expect, test } from 'vitest'
import { toPath } from './url-path.ts'

test.each([
  ['/a/b', '/a/b'],
  ['/a?token=secret', '/a'],
  ['/a?b=/c?d', '/a'],
  ['?x', '/'],
  ['', '/'],
  ['*', '*'],
  ['//double//slash', '//double//slash'],
  ['http://host:8080/a?b', '/a'],
  ['HTTPS://host?b', '/'],
  ['http://host', '/'],
])('the path of %s is %s', (url, path) => {
  expect(toPath(url)).toBe(path)
})
