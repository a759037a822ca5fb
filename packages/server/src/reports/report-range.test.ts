import { PERIODS } from '@wayside/protocol'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { toReportRange } from './report-range.ts'

const MINUTE_MS = 60_000

test('an hour ends with the minute under way', () => {
  expect(toReportRange('1h', Date.UTC(2026, 0, 1, 12, 34, 56))).toEqual({
    from: Date.UTC(2026, 0, 1, 11, 35),
    to: Date.UTC(2026, 0, 1, 12, 35),
    intervalMs: MINUTE_MS,
    previous: { from: Date.UTC(2026, 0, 1, 10, 35), to: Date.UTC(2026, 0, 1, 11, 35) },
  })
})

test('the period before is compared up to the same time', () => {
  const { from, previous } = toReportRange('30d', Date.UTC(2026, 0, 31, 1))

  expect(previous.to - previous.from).toBe(Date.UTC(2026, 0, 31, 1) - from)
})

test.each(PERIODS)('%s has whole intervals on boundaries that rollups keep, and contains now', (period) => {
  fc.assert(
    fc.property(fc.integer({ min: 1e12, max: 4e12 }), (now) => {
      const { from, to, intervalMs, previous } = toReportRange(period, now)

      expect([(to - from) % intervalMs, from % intervalMs, from <= now && now < to]).toEqual([0, 0, true])
      expect([previous.from % intervalMs, previous.to % MINUTE_MS, previous.to <= from, from - previous.from]).toEqual([
        0,
        0,
        true,
        to - from,
      ])
    }),
  )
})
