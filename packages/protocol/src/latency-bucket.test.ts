import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { LATENCY_RELATIVE_ERROR, LIMITS, fromLatencyBucket, quantileUs, toLatencyBucket } from './index.ts'

const duration = fc.integer({ min: 1, max: LIMITS.durationUs })

test('a bucket stands for every duration in it within the stated error', () => {
  fc.assert(
    fc.property(duration, (durationUs) => {
      const stands = fromLatencyBucket(toLatencyBucket(durationUs))
      expect(Math.abs(stands - durationUs) / durationUs).toBeLessThanOrEqual(LATENCY_RELATIVE_ERROR + 1e-9)
    }),
  )
})

test('buckets keep the order of durations', () => {
  fc.assert(fc.property(duration, duration, (a, b) => a > b || toLatencyBucket(a) <= toLatencyBucket(b)))
})

test('a quantile is the nearest rank within the stated error', () => {
  fc.assert(
    fc.property(fc.array(duration, { minLength: 1, maxLength: 200 }), fc.double({ min: 0, max: 1, noNaN: true }), (durations, q) => {
      const counts = new Map<number, number>()
      for (const each of durations) counts.set(toLatencyBucket(each), (counts.get(toLatencyBucket(each)) ?? 0) + 1)
      const exact = durations.sort((a, b) => a - b)[Math.max(1, Math.ceil(q * durations.length)) - 1] ?? 0
      expect(Math.abs((quantileUs(counts, q) ?? 0) - exact) / exact).toBeLessThanOrEqual(LATENCY_RELATIVE_ERROR + 1e-9)
    }),
  )
})

test('no durations have no quantile', () => expect(quantileUs(new Map(), 0.5)).toBeNull())
