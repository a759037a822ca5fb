import type { Metric } from '@wayside/protocol'

/** Metrics that a rule may watch, in words. */
export const METRIC_NAMES: Readonly<Record<Exclude<Metric, 'lastSeenAt'>, string>> = {
  requests: 'requests',
  errorRate: 'part of errors, 0 to 1',
  errors: 'errors',
  serverErrors: 'server errors (5xx)',
  clientErrors: 'client errors (4xx)',
  p50: 'median (ms)',
  p90: 'p90 (ms)',
  p95: 'p95 (ms)',
  p99: 'p99 (ms)',
  max: 'slowest (ms)',
  mean: 'mean (ms)',
  upstreamShare: 'part of upstream time, 0 to 1',
  apdex: 'Apdex',
  consumers: 'consumers',
  newConsumers: 'new consumers',
  returningConsumers: 'returning consumers',
  aborted: 'aborted requests',
  requestBytes: 'bytes received',
  responseBytes: 'bytes sent',
  success: 'successes (2xx)',
  redirect: 'redirects (3xx)',
  informational: 'informational (1xx)',
}

/** A metric by its name in the API. */
export function nameMetric(metric: Metric): string {
  return metric === 'lastSeenAt' ? 'last request' : METRIC_NAMES[metric]
}
