import type { DimensionValue } from '@wayside/protocol'
import type { StoreQuery, StoreRow } from '../../store-query.ts'

const MINUTE_MS = 60_000

/** A row of the statement that `question-sql.ts` makes. */
export function readRow([interval, ...values]: readonly unknown[], { groupBy }: StoreQuery): StoreRow {
  const numbers = values.slice(groupBy.length).map(Number)
  const at = (index: number) => numbers[index] ?? 0
  const [buckets, hits] = values.slice(groupBy.length + 15)
  return {
    interval: Number(interval),
    // Boundary: the statement gives these columns the types of their dimensions.
    key: values.slice(0, groupBy.length) as readonly DimensionValue[],
    requests: at(0),
    classes: [at(1), at(2), at(3), at(4), at(5)],
    aborted: at(6),
    requestBytes: at(7),
    responseBytes: at(8),
    timed: at(9),
    durationUs: at(10),
    maxUs: at(11),
    upstreamUs: at(12),
    upstreamOfUs: at(13),
    lastSeenAt: at(14) * MINUTE_MS,
    latency: toLatency(buckets, hits),
    consumers: at(17),
    newConsumers: at(18),
  }
}

function toLatency(buckets: unknown, hits: unknown): ReadonlyMap<number, number> {
  if (!Array.isArray(buckets) || !Array.isArray(hits)) return new Map()
  return new Map(buckets.map((bucket, at) => [Number(bucket), Math.min(Number(hits[at]), Number.MAX_SAFE_INTEGER)] as const).filter(([, requests]) => requests > 0))
}
