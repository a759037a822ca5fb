import type { Metric } from '@wayside/protocol'

/** Columns of what people ask every day. */
export const SERIES = ['requests', 'success', 'redirect', 'clientErrors', 'serverErrors', 'errorRate', 'p50', 'p95', 'p99'] as const satisfies readonly Metric[]
export const ENDPOINTS = ['requests', 'clientErrors', 'serverErrors', 'errorRate', 'aborted', 'p50', 'p95', 'p99', 'max', 'upstreamShare', 'requestBytes', 'responseBytes', 'lastSeenAt'] as const satisfies readonly Metric[]
export const CONSUMERS = ['requests', 'errors', 'errorRate', 'p95', 'responseBytes', 'lastSeenAt'] as const satisfies readonly Metric[]
export const ERRORS = ['requests', 'consumers', 'p95', 'lastSeenAt'] as const satisfies readonly Metric[]
