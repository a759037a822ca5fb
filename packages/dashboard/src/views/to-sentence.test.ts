import { expect, test } from 'vitest'
import { toEmptyOverview, toOverviewFixture } from '../../test/overview-fixture.ts'
import { createDateFormat } from '../format/date.ts'
import { createIsPartial } from './is-partial.ts'
import { toSentence } from './to-sentence.ts'

const NOW = Date.UTC(2026, 10, 22, 12, 7)
const dates = createDateFormat('UTC')
const overview = toOverviewFixture('24h', NOW)

test('the chart is told in a sentence', () => {
  const quiet = { informational: 0, success: 0, redirect: 0, clientError: 0, serverError: 0 }
  const series = overview.series.map(({ time }, at) => ({ time, ...quiet, success: at === 40 ? 70 : 1 }))
  const totals = { ...overview.totals, requests: 1_200, errorRate: 0.021 }
  const previous = { ...overview.previous, requests: 1_000 }
  expect(toSentence({ ...overview, series, totals, previous }, dates)).toBe(
    '1,200 requests in the last 24 hours, up 20% on the 24 hours before; 2.1% failed. Busiest: Sat 21 Nov, 22:15–22:30, with 70.',
  )
  expect(toSentence({ ...overview, series, totals: { ...totals, errorRate: 0 }, previous: totals }, dates)).toContain(
    'unchanged from the 24 hours before; none failed.',
  )
})

test('a quiet period is told as that', () => {
  expect(toSentence(toEmptyOverview('1h', NOW), dates)).toBe('No requests in the last hour.')
})

test('the interval under way is partial, the ones before are not', () => {
  const partial = overview.series.map(createIsPartial(overview))
  expect(partial.at(-1)).toBe(true)
  expect(partial.slice(0, -1)).not.toContain(true)
})

test('intervals that the server has not caught up with are partial', () => {
  const late = { ...overview, completeUntil: NOW - 20 * 60_000 }
  expect(late.series.filter(createIsPartial(late))).toHaveLength(2)
})
