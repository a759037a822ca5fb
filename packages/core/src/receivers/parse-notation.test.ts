import { expect, test } from 'vitest'
import { parseNotation } from './parse-notation.ts'

const failover = (...addresses: string[]) => ({ strategy: 'failover', addresses })
const loadbalance = (...addresses: string[]) => ({ strategy: 'loadbalance', addresses })

test.each([
  ['http://a', [failover('http://a')]],
  ['http://a,http://b', [loadbalance('http://a', 'http://b')]],
  ['http://a:1/x , http://b:2', [loadbalance('http://a:1/x', 'http://b:2')]],
  ['http://a|http://b', [failover('http://a', 'http://b')]],
  [' http://a | http://b | http://c ', [failover('http://a', 'http://b', 'http://c')]],
  ['{http://a}', [failover('http://a')]],
  ['{http://a,http://b},{http://c|http://d}', [loadbalance('http://a', 'http://b'), failover('http://c', 'http://d')]],
  ['{ http://a | http://b } , { http://c }', [failover('http://a', 'http://b'), failover('http://c')]],
  ['["http://a","http://b"]', [loadbalance('http://a', 'http://b')]],
  ['["http://a"|"http://b"],["http://c"]', [failover('http://a', 'http://b'), failover('http://c')]],
  [`'http://a' | 'http://b'`, [failover('http://a', 'http://b')]],
  ['http://[::1]:4270 | http://[fd00::1]', [failover('http://[::1]:4270', 'http://[fd00::1]')]],
  ['[http://[::1]:4270,http://[fd00::1]]', [loadbalance('http://[::1]:4270', 'http://[fd00::1]')]],
])('%s is read', (text, groups) => {
  expect(parseNotation(text)).toEqual(groups)
})

test.each([
  ['', 'has no address'],
  ['  ', 'has no address'],
  ['http://a, http://b | http://c', 'mixes , (load balance) and | (failover) in one group; use one of them, or several groups as {a | b}, {c, d}'],
  ['{http://a|http://b,http://c}', 'mixes , (load balance) and | (failover) in one group; use one of them, or several groups as {a | b}, {c, d}'],
  ['{}', 'has an empty group; leave it out or name a receiver in it'],
  ['{http://a},{ }', 'has an empty group; leave it out or name a receiver in it'],
  ['{http://a}|{http://b}', 'needs a comma between groups, not |: each group gets every event'],
  ['{http://a}{http://b}', 'needs a comma between groups, not {: each group gets every event'],
  ['{http://a},http://b', 'needs a group in braces after ,; write each group as {address | address}'],
  ['{http://a},', 'needs a group in braces after ,; write each group as {address | address}'],
  ['{http://a', 'lacks a }'],
  ['http://a,', 'needs an address after ,'],
  [',http://a', 'needs an address at its start'],
  ['http://a,,http://b', 'needs an address after ,'],
  ['http://a http://b', 'needs , or | between http://a and http://b'],
  ['http://a}', 'needs , or | between http://a and }'],
  ['{{http://a}}', 'needs an address at its start'],
  ['"http://a', 'needs an address at its start'],
  ['""', 'needs an address at its start'],
])('%s is refused', (text, problem) => {
  expect(parseNotation(text)).toBe(problem)
})
