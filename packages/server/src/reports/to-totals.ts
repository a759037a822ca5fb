import { ABORTED_STATUS, quantileUs, type Totals } from '@wayside/protocol'
import type { AggregateRow } from '../store/store.ts'

/** Adds up rows that were grouped by status, whatever else they were grouped by. */
export function toTotals(rows: readonly AggregateRow[]): Totals {
  const sum = (of: (row: AggregateRow) => number) => rows.reduce((total, row) => total + of(row), 0)
  const ofClass = (statusClass: number) =>
    sum((row) => (Math.floor(statusOf(row) / 100) === statusClass ? row.requests : 0))
  const requests = sum((row) => row.requests)
  const latency = mergeLatency(rows)
  return {
    requests,
    success: ofClass(2),
    redirect: ofClass(3),
    clientError: ofClass(4),
    serverError: ofClass(5),
    errorRate: requests === 0 ? null : sum((row) => row.errors) / requests,
    aborted: sum((row) => row.aborted),
    p50Ms: toMs(quantileUs(latency, 0.5)),
    p95Ms: toMs(quantileUs(latency, 0.95)),
    p99Ms: toMs(quantileUs(latency, 0.99)),
    requestBytes: sum((row) => row.requestBytes),
    responseBytes: sum((row) => row.responseBytes),
  }
}

/** The status that a row was grouped by; an engine that left it out counts as a client that left. */
export function statusOf(row: AggregateRow): number {
  return row.status ?? ABORTED_STATUS
}

function mergeLatency(rows: readonly AggregateRow[]): ReadonlyMap<number, number> {
  const merged = new Map<number, number>()
  for (const { latency } of rows)
    for (const [bucket, count] of latency) merged.set(bucket, (merged.get(bucket) ?? 0) + count)
  return merged
}

/** To a thousandth of a millisecond: more digits would claim what the buckets do not know. */
function toMs(us: number | null): number | null {
  return us === null ? null : Math.round(us) / 1_000
}
