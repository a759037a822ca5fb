import { fromLatencyBucket, quantileUs, type Metric, type QueryColumn } from '@wayside/protocol'
import type { StoreMeasure, StoreRow } from '../store/store-query.ts'

/** How a metric is made of a row of an engine. */
export interface MetricReading {
  readonly type: 'integer' | 'number' | 'instant'
  readonly unit: QueryColumn['unit']
  readonly needs: readonly StoreMeasure[]
  /**
   * `null` where nothing was measured.
   * @param apdexMs - the threshold; for `apdex` alone
   */
  of(row: StoreRow, apdexMs?: number): number | null
}

/** The threshold of Apdex where a query names none. */
export const DEFAULT_APDEX_MS = 500

export const METRIC_READINGS: Readonly<Record<Metric, MetricReading>> = {
  requests: count(({ requests }) => requests),
  informational: count(({ classes }) => classes[0]),
  success: count(({ classes }) => classes[1]),
  redirect: count(({ classes }) => classes[2]),
  clientErrors: count(({ classes }) => classes[3]),
  serverErrors: count(({ classes }) => classes[4]),
  errors: count(errorsOf),
  errorRate: share((row) => [errorsOf(row), row.requests]),
  aborted: count(({ aborted }) => aborted),
  p50: quantile(0.5),
  p90: quantile(0.9),
  p95: quantile(0.95),
  p99: quantile(0.99),
  max: ms(({ timed, maxUs }) => (timed === 0 ? null : maxUs)),
  mean: ms(({ timed, durationUs }) => (timed === 0 ? null : durationUs / timed)),
  upstreamShare: share(({ upstreamUs, upstreamOfUs }) => [upstreamUs, upstreamOfUs]),
  requestBytes: { ...count(({ requestBytes }) => requestBytes), unit: 'bytes' },
  responseBytes: { ...count(({ responseBytes }) => responseBytes), unit: 'bytes' },
  consumers: count(({ consumers }) => consumers, ['consumers']),
  newConsumers: count(({ newConsumers }) => newConsumers, ['newConsumers']),
  returningConsumers: count(({ consumers, newConsumers }) => consumers - newConsumers, ['consumers', 'newConsumers']),
  apdex: { type: 'number', unit: 'share', needs: ['latency'], of: ({ latency }, apdexMs = DEFAULT_APDEX_MS) => toApdex(latency, apdexMs * 1_000) },
  lastSeenAt: { type: 'instant', unit: null, needs: [], of: ({ requests, lastSeenAt }) => (requests === 0 ? null : lastSeenAt) },
}

function count(of: (row: StoreRow) => number, needs: readonly StoreMeasure[] = []): MetricReading {
  return { type: 'integer', unit: null, needs, of }
}

function share(parts: (row: StoreRow) => readonly [part: number, whole: number]): MetricReading {
  const of = (row: StoreRow) => {
    const [part, whole] = parts(row)
    return whole === 0 ? null : part / whole
  }
  return { type: 'number', unit: 'share', needs: [], of }
}

/** To a thousandth of a millisecond: more digits would claim what was not measured. */
function ms(us: (row: StoreRow) => number | null): MetricReading {
  return { type: 'number', unit: 'ms', needs: [], of: (row) => toMs(us(row)) }
}

function quantile(q: number): MetricReading {
  return { ...ms(({ latency }) => quantileUs(latency, q)), needs: ['latency'] }
}

function toMs(us: number | null): number | null {
  return us === null ? null : Math.round(us) / 1_000
}

function errorsOf({ classes }: StoreRow): number {
  return classes[3] + classes[4]
}

/**
 * (satisfied + tolerated / 2) / all whose duration is known: satisfied up to the threshold, tolerated up to four times as
 * long, each bucket by the duration that stands for it. Errors and aborted requests count by their duration like all others,
 * since rows do not tell whose durations are in which bucket; `errorRate` stands beside it.
 */
function toApdex(latency: ReadonlyMap<number, number>, thresholdUs: number): number | null {
  let [satisfied, tolerated, all] = [0, 0, 0]
  for (const [bucket, requests] of latency) {
    const us = fromLatencyBucket(bucket)
    all += requests
    if (us <= thresholdUs) satisfied += requests
    else if (us <= 4 * thresholdUs) tolerated += requests
  }
  return all === 0 ? null : (satisfied + tolerated / 2) / all
}
