/**
 * Latencies are counted in fixed logarithmic buckets: bucket `i` holds durations in (γ^(i-1), γ^i] microseconds, and
 * bucket 0 those of at most 1 µs. Fixed bounds let percentiles merge over any time and dimension.
 */
const GAMMA = 1.04
const LN_GAMMA = Math.log(GAMMA)

/** The greatest relative error of a percentile read from buckets: (γ - 1) / (γ + 1), under 2 %. */
export const LATENCY_RELATIVE_ERROR = (GAMMA - 1) / (GAMMA + 1)

/** The bucket of a duration in microseconds; an integer from 0 to 643 for anything up to a day. */
export function toLatencyBucket(durationUs: number): number {
  return durationUs <= 1 ? 0 : Math.ceil(Math.log(durationUs) / LN_GAMMA)
}

/** The duration in microseconds that stands for a bucket: within `LATENCY_RELATIVE_ERROR` of all that it holds. */
export function fromLatencyBucket(bucket: number): number {
  return bucket === 0 ? 1 : (2 * GAMMA ** bucket) / (GAMMA + 1)
}

/** The nearest-rank quantile `q` (0 to 1) of counts by bucket, in microseconds; `null` when there are none. */
export function quantileUs(counts: ReadonlyMap<number, number>, q: number): number | null {
  const buckets = [...counts].sort(([a], [b]) => a - b)
  const total = buckets.reduce((sum, [, count]) => sum + count, 0)
  if (total === 0) return null
  const rank = Math.max(1, Math.ceil(q * total))
  let seen = 0
  for (const [bucket, count] of buckets) {
    seen += count
    if (seen >= rank) return fromLatencyBucket(bucket)
  }
  return null
}
