import type { AlertRuleInput } from '@wayside/protocol'
import { expect, test } from 'vitest'
import { toRuleFields, toRuleInput } from './to-rule-input.ts'

const RULE: AlertRuleInput = {
  name: 'slow',
  metric: 'p95',
  filter: ['is', 'method', ['GET']],
  dimension: 'consumer',
  windowMinutes: 60,
  condition: { kind: 'band', low: 2, high: 98, history: 100, minHistory: 4, minExpected: 7 },
  consecutive: 2,
  minRequests: 3,
  severity: 'severe',
  suppressMinutes: 30,
  recoverMinutes: 15,
  channels: ['a'],
  enabled: true,
}
const { enabled: _enabled, ...ASKED } = RULE

test.each<AlertRuleInput['condition']>([
  RULE.condition,
  { kind: 'threshold', comparison: 'lte', value: 0.5 },
  { kind: 'percentile', percentile: 90, factor: 2, history: 24, minHistory: 5 },
  { kind: 'newValue', history: 14 },
  { kind: 'accessPattern', probability: 0.02, withinMinutes: 30, minEvents: 400 },
  { kind: 'unseenSource', minEvents: 50, staleDays: 7 },
])('a rule comes back from its form as it was: $kind', (condition) => {
  expect(toRuleInput(toRuleFields({ ...RULE, condition }), ['a'])).toEqual({ ...ASKED, condition })
})

test('a new form is a rule that the server takes once it has a name', () => {
  expect(toRuleInput({ ...toRuleFields(null), name: ' errors ' }, [])).toMatchObject({ name: 'errors', metric: 'errorRate', filter: null, condition: { kind: 'threshold', comparison: 'gt', value: 0.05 } })
})

test('what cannot be read goes along for the server to refuse', () => {
  const input = toRuleInput({ ...toRuleFields(null), filter: 'country=DE', consecutive: 'x', value: '' }, [])
  expect(input).toMatchObject({ filter: 'country=DE', consecutive: 'x', condition: { value: '' } })
})
