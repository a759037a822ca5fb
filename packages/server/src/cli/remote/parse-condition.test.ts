import { expect, test } from 'vitest'
import { parseCondition } from './parse-condition.ts'

test.each([
  ['method=GET', ['is', 'method', ['GET']]],
  ['endpoint=GET /a=b', ['is', 'endpoint', ['GET /a=b']]],
  ['status=404', ['is', 'status', [404]]],
  ['status>=500', ['gte', 'status', 500]],
  ['durationMs<0.5', ['lt', 'durationMs', 0.5]],
  ['bot!=true', ['isNot', 'bot', [true]]],
  ['route^=/v1', ['startsWith', 'route', ['/v1']]],
  ['path*=>=', ['contains', 'path', ['>=']]],
  ['path~^/users/\\d+$', ['matches', 'path', ['^/users/\\d+$']]],
  ['tag:plan name=gold', ['is', 'tag:plan name', ['gold']]],
  ['country=', ['is', 'country', [null]]],
])('%s is %j', (text, filter) => {
  expect(parseCondition(text)).toEqual(filter)
})

test.each([
  ['', 'write NAME=VALUE'],
  ['status', 'write NAME=VALUE'],
  ['=x', 'write NAME=VALUE'],
  ['metod=GET', 'name one of endpoint, method'],
  ['method>5', 'compare status, durationMs'],
  ['status>=', 'with a number'],
  ['status>=many', 'with a number'],
])('"%s" is refused with "%s"', (text, rule) => {
  expect(() => parseCondition(text)).toThrow(rule)
})
