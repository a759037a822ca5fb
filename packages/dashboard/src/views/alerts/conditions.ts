import type { AlertCondition } from '@wayside/protocol'
import type { NumberField } from './to-rule-input.ts'

/** A kind of condition, with the figures that it has. */
interface ConditionKind {
  readonly kind: AlertCondition['kind']
  readonly title: string
  readonly hint: string
  readonly fields: readonly (readonly [name: NumberField, label: string, hint: string])[]
}

const HISTORY: ConditionKind['fields'] = [
  ['history', 'Held against so many before', 'Of the same length'],
  ['minHistory', 'Says nothing with fewer', 'Of those with requests'],
]

const MIN_EVENTS: ConditionKind['fields'][number] = ['minEvents', 'Learns from requests', 'A consumer with fewer is only learnt of']

/** In the order of the form. */
export const CONDITIONS: readonly ConditionKind[] = [
  { kind: 'threshold', title: 'above or below a value', hint: 'The time slides', fields: [['value', 'Value', 'In the unit of the metric']] },
  {
    kind: 'percentile',
    title: 'above what is usual',
    hint: 'A percentile of the times before, by a factor',
    fields: [['percentile', 'Percentile', '50 to 100'], ['factor', 'Times', 'So many times the percentile'], ...HISTORY],
  },
  {
    kind: 'band',
    title: 'outside of what is usual',
    hint: 'Between two percentiles of the times before',
    fields: [['low', 'Low percentile', 'Below it is a drop'], ['high', 'High percentile', 'Above it is a spike'], ...HISTORY, ['minExpected', 'A drop counts from', 'Where the median is at least this']],
  },
  { kind: 'newValue', title: 'a value that is new', hint: 'Needs something to be watched by', fields: [['history', 'Not in so many before', 'Of the same length']] },
  {
    kind: 'accessPattern',
    title: 'an unusual step of a consumer',
    hint: 'Requests of each consumer, from endpoint to endpoint',
    fields: [['probability', 'Rarer than', 'Part of its steps from there, 0 to 1'], ['withinMinutes', 'Minutes between', 'Further apart is no step'], MIN_EVENTS],
  },
  { kind: 'unseenSource', title: 'an address a consumer did not come from', hint: 'Requests of each consumer, at privacy level 0', fields: [['staleDays', 'New after, days', 'Not seen for so long'], MIN_EVENTS] },
]
