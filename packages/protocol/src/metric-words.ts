import type { Metric } from './query.ts'

/** What a metric is measured in. A share is 0 to 1, `moment` milliseconds since 1970, `index` a number of its own. */
export type MetricUnit = 'count' | 'bytes' | 'ms' | 'share' | 'index' | 'moment'

/** Metrics as people name them, in the middle of a sentence. */
export const METRIC_WORDS: Readonly<Record<Metric, { readonly name: string; readonly unit: MetricUnit }>> = {
  requests: { name: 'requests', unit: 'count' },
  errorRate: { name: 'error rate', unit: 'share' },
  errors: { name: 'errors', unit: 'count' },
  serverErrors: { name: 'server errors (5xx)', unit: 'count' },
  clientErrors: { name: 'client errors (4xx)', unit: 'count' },
  p50: { name: 'median latency', unit: 'ms' },
  p90: { name: 'p90 latency', unit: 'ms' },
  p95: { name: 'p95 latency', unit: 'ms' },
  p99: { name: 'p99 latency', unit: 'ms' },
  max: { name: 'slowest request', unit: 'ms' },
  mean: { name: 'mean latency', unit: 'ms' },
  upstreamShare: { name: 'upstream share', unit: 'share' },
  apdex: { name: 'Apdex', unit: 'index' },
  consumers: { name: 'consumers', unit: 'count' },
  newConsumers: { name: 'new consumers', unit: 'count' },
  returningConsumers: { name: 'returning consumers', unit: 'count' },
  aborted: { name: 'aborted requests', unit: 'count' },
  requestBytes: { name: 'bytes received', unit: 'bytes' },
  responseBytes: { name: 'bytes sent', unit: 'bytes' },
  success: { name: 'successes (2xx)', unit: 'count' },
  redirect: { name: 'redirects (3xx)', unit: 'count' },
  informational: { name: 'informational answers (1xx)', unit: 'count' },
  lastSeenAt: { name: 'last request', unit: 'moment' },
}

const NUMBER = new Intl.NumberFormat('en', { maximumFractionDigits: 2 })

/** A value of a metric with its unit: `1,250.5 ms`, `12.5%`, `37`. A moment is ISO 8601. */
export function toMetricText(metric: Metric, value: number): string {
  const { unit } = METRIC_WORDS[metric]
  if (unit === 'moment') return new Date(value).toISOString()
  if (unit === 'share') return `${NUMBER.format(value * 100)}%`
  return unit === 'ms' ? `${NUMBER.format(value)} ms` : NUMBER.format(value)
}
