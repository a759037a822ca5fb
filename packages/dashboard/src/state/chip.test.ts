import { expect, test } from 'vitest'
import { formatChip, parseChip, toFilter, toggleChip, type Chip } from './chip.ts'

const is = (dimension: 'country' | 'endpoint', value: string | null): Chip => ({ kind: 'value', dimension, isExcluded: false, value })
const isNot = (dimension: 'country', value: string): Chip => ({ kind: 'value', dimension, isExcluded: true, value })

test.each<[Chip, string]>([
  [is('country', 'DE'), 'country:DE'],
  [isNot('country', 'DE'), '!country:DE'],
  [is('country', null), 'country'],
  [is('country', ''), 'country:'],
  [is('endpoint', 'GET /a:b\n/c'), 'endpoint:GET /a:b\n/c'],
  [{ kind: 'value', dimension: 'status', isExcluded: false, value: 404 }, 'status:404'],
  [{ kind: 'value', dimension: 'bot', isExcluded: true, value: false }, '!bot:false'],
  [{ kind: 'value', dimension: 'tag:a:b%', isExcluded: false, value: 'x:y' }, 'tag:a%3Ab%25:x:y'],
  [{ kind: 'bound', quantity: 'durationMs', comparison: 'gte', value: 500 }, 'durationMs>=500'],
  [{ kind: 'bound', quantity: 'responseBytes', comparison: 'lt', value: 10 }, 'responseBytes<10'],
])('%j is %s in an address, and back', (chip, text) => {
  expect(formatChip(chip)).toBe(text)
  expect(parseChip(text)).toEqual(chip)
})

test.each(['', 'planet:Mars', 'status:abc', 'bot:maybe', 'tag:', 'tag:%', 'durationMs>=-1', '__proto__:x', 'constructor'])('%j is no chip', (text) => {
  expect(parseChip(text)).toBeNull()
})

test('the same chip again takes it away, the opposite one takes its place', () => {
  expect(toggleChip([is('country', 'DE')], is('country', 'DE'))).toEqual([])
  expect(toggleChip([is('country', 'DE')], isNot('country', 'DE'))).toEqual([isNot('country', 'DE')])
  expect(toggleChip([is('country', 'DE')], is('country', 'FR'))).toEqual([is('country', 'DE'), is('country', 'FR')])
})

test('values of one dimension are alternatives, everything else must hold together', () => {
  expect(toFilter([])).toBeNull()
  expect(toFilter([is('country', 'DE')])).toEqual(['is', 'country', ['DE']])
  expect(toFilter([is('country', 'DE'), isNot('country', 'US'), is('country', null), { kind: 'bound', quantity: 'durationMs', comparison: 'gte', value: 5 }])).toEqual([
    'and',
    [
      ['gte', 'durationMs', 5],
      ['is', 'country', ['DE', null]],
      ['isNot', 'country', ['US']],
    ],
  ])
})
