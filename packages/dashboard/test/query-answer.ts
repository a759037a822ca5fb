import type { DimensionValue, Metric, QueryAnswer, QueryDimension } from '@wayside/protocol'

/** An answer as the server gives it, with these rows. */
export function toAnswer(dimensions: readonly QueryDimension[], metrics: readonly Metric[], rows: readonly (readonly DimensionValue[])[], over: Partial<QueryAnswer['meta']> = {}): QueryAnswer {
  return {
    columns: [
      ...dimensions.map((key) => ({ key, kind: 'dimension', type: 'text', unit: null }) as const),
      ...metrics.map((key) => ({ key, kind: 'metric', type: 'number', unit: null }) as const),
    ],
    rows,
    totals: null,
    comparison: null,
    nextCursor: null,
    meta: { from: 0, to: 1_000, timeZone: 'UTC', source: 'rollup', exact: true, completeUntil: 1_000, latencyRelativeError: 0.02, tookMs: 1, rowsRead: 1, warnings: [], ...over },
  }
}
