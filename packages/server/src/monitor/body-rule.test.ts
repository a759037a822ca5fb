import { expect, test } from 'vitest'
import { isAffordable, isAsRuled } from './body-rule.ts'

test('a text must be there, must not, or must match', () => {
  const body = 'All is well\nsince 12:00'
  expect(isAsRuled(null, body)).toBe(true)
  expect([isAsRuled({ rule: 'contains', text: 'well' }, body), isAsRuled({ rule: 'contains', text: 'Well' }, body)]).toEqual([true, false])
  expect([isAsRuled({ rule: 'lacks', text: 'error' }, body), isAsRuled({ rule: 'lacks', text: 'is' }, body)]).toEqual([true, false])
  expect([isAsRuled({ rule: 'matches', text: '(?m)^since \\d+' }, body), isAsRuled({ rule: 'matches', text: '^since' }, body)]).toEqual([true, false])
})

test('a costly pattern looks less far than a cheap one, and one that hardly looks is none', () => {
  const far = (pattern: string) => [5_000, 60_000, 250_000].map((at) => isAsRuled({ rule: 'matches', text: pattern }, `${'a'.repeat(at)}z`))

  expect(far('z')).toEqual([true, true, true])
  expect(far('[yz]')).toEqual([true, true, true])
  expect(far('(?:b?){30}[yz]')).toEqual([true, false, false])
  expect(['z', '.{200}[yz]', '.{300}[yz]'].map(isAffordable)).toEqual([true, true, false])
})
