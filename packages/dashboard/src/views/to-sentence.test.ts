import { expect, test } from 'vitest'
import { createDateFormat } from '../format/date.ts'
import { formatCount } from '../format/number.ts'
import { toTimeline } from '../widgets/timeline.ts'
import { toSentence } from './to-sentence.ts'

const HOUR_MS = 3_600_000
const from = Date.UTC(2026, 10, 22, 12)
const timeline = toTimeline([from, from + HOUR_MS, from + 2 * HOUR_MS], { from, to: from + 3 * HOUR_MS, completeUntil: from + 2.5 * HOUR_MS }, createDateFormat('UTC'))
const layer = (...values: (number | null)[]) => ({ id: String(values), label: '', tone: 'main', values, total: null }) as const
const facts = { title: 'Requests', rangeText: 'in the last 3 hours', against: 'the 3 hours before', total: 60, before: 50, format: formatCount, timeline, isStacked: true }

test('a chart is told by its sum, how it moved, and where it peaks', () => {
  expect(toSentence({ ...facts, layers: [layer(10, 20, 10), layer(0, 20, 0)] })).toBe('Requests in the last 3 hours: 60, up 20% on the 3 hours before. Highest: Sun 22 Nov, 13:00–14:00, with 40.')
})

test('lines do not add up', () => {
  expect(toSentence({ ...facts, isStacked: false, before: null, layers: [layer(10, null, 5), layer(99, 99, 99)] })).toBe('Requests in the last 3 hours: 60. Highest: Sun 22 Nov, 12:00–13:00, with 10.')
})

test('where nothing was measured it says so', () => {
  expect(toSentence({ ...facts, total: null, layers: [] })).toBe('Requests in the last 3 hours: nothing was measured.')
})

test('an interval that the range cuts, or that still fills, is partial', () => {
  expect([0, 1, 2].map((at) => timeline.isPartial(at))).toEqual([false, false, true])
  expect(toTimeline([from - 1], { from, to: from + HOUR_MS, completeUntil: from + HOUR_MS }, createDateFormat('UTC')).isPartial(0)).toBe(true)
})
