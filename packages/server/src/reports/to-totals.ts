import type { Totals } from '@wayside/protocol'
import { METRIC_READINGS } from '../query/metrics.ts'
import type { StoreRow } from '../store/store-query.ts'

/** The counts and percentiles of a row. */
export function toTotals(row: StoreRow): Totals {
  const { requests, classes, aborted, requestBytes, responseBytes } = row
  const [, success, redirect, clientError, serverError] = classes
  return {
    requests,
    success,
    redirect,
    clientError,
    serverError,
    errorRate: METRIC_READINGS.errorRate.of(row),
    aborted,
    p50Ms: METRIC_READINGS.p50.of(row),
    p95Ms: METRIC_READINGS.p95.of(row),
    p99Ms: METRIC_READINGS.p99.of(row),
    requestBytes,
    responseBytes,
  }
}
