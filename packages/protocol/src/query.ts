/**
 * What a query counts. Rates and shares are 0 to 1, latencies milliseconds; `null` where nothing was measured.
 * Percentiles are read from buckets, within `LATENCY_RELATIVE_ERROR` of the true value.
 */
export const METRICS = [
  'requests',
  'informational',
  'success',
  'redirect',
  'clientErrors',
  'serverErrors',
  'errors',
  'errorRate',
  'aborted',
  'p50',
  'p90',
  'p95',
  'p99',
  'max',
  'mean',
  'upstreamShare',
  'requestBytes',
  'responseBytes',
  'consumers',
  'newConsumers',
  'returningConsumers',
  'apdex',
  'lastSeenAt',
] as const
export type Metric = (typeof METRICS)[number]

/** What a query can be grouped and filtered by, beside time and tags. */
export const DIMENSIONS = [
  'endpoint',
  'method',
  'route',
  'path',
  'status',
  'statusClass',
  'outcome',
  'host',
  'consumer',
  'consumerKind',
  'userId',
  'apiKey',
  'oauthClient',
  'country',
  'client',
  'clientVersion',
  'os',
  'device',
  'bot',
  'apiVersion',
  'framework',
  'service',
  'serviceVersion',
  'environment',
  'instance',
  'errorClass',
  'errorFingerprint',
] as const
export type Dimension = (typeof DIMENSIONS)[number]

/** A tag that the host has put on requests, by its name, such as `tag:plan`. */
export type TagDimension = `tag:${string}`

/** Intervals of the calendar in the query's time zone; weeks begin on Monday. */
export const TIME_GRAINS = ['minute', 'quarterHour', 'hour', 'day', 'week', 'month'] as const
export type TimeGrain = (typeof TIME_GRAINS)[number]

export type QueryDimension = Dimension | TagDimension | `time:${TimeGrain}`

/** Numbers of single requests that a filter can compare. Durations are milliseconds, sizes bytes. */
export const QUANTITIES = ['status', 'durationMs', 'upstreamMs', 'requestBytes', 'responseBytes'] as const
export type Quantity = (typeof QUANTITIES)[number]

export const COMPARISONS = ['gt', 'gte', 'lt', 'lte'] as const
export type Comparison = (typeof COMPARISONS)[number]

/** How a dimension's value is held against texts. `matches` takes regular expressions of RE2, which match anywhere. */
export const TEXT_OPERATORS = ['is', 'isNot', 'contains', 'startsWith', 'matches'] as const
export type TextOperator = (typeof TEXT_OPERATORS)[number]

/** A value of a dimension in questions and answers: a number for `status`, a boolean for `bot`, otherwise text; `null` is unknown. */
export type DimensionValue = string | number | boolean | null

/**
 * Which requests count. Several values are alternatives. A value that is unknown passes no filter but `is null`,
 * `isNot` and what `not` turns around: each filter says yes or no, never neither.
 */
export type Filter =
  | readonly ['and' | 'or', readonly Filter[]]
  | readonly ['not', Filter]
  | readonly [TextOperator, Dimension | TagDimension, readonly DimensionValue[]]
  | readonly [Comparison, Quantity, number]
  | readonly ['exists', Dimension | TagDimension | Quantity]

/** Which groups are in the answer, by their metrics. */
export type Having = readonly ['and' | 'or', readonly Having[]] | readonly ['not', Having] | readonly [Comparison, Metric, number]

/**
 * Ranges that end with the interval under way, of a minute, a quarter or an hour. `7d` and the like are days of the
 * calendar with today as the last, `12mo` months with this one as the last.
 */
export const RANGE_WORDS = ['1h', '6h', '24h', '7d', '30d', '90d', '12mo', 'today', 'yesterday', 'thisWeek', 'thisMonth'] as const
export type RangeWord = (typeof RANGE_WORDS)[number]

/**
 * [from, to): milliseconds since 1970, or a time such as `2026-01-31T09:00`, in the query's time zone unless it ends with `Z` or
 * an offset. A date such as `2026-01-31` means the whole day, as `to` as well.
 */
export interface CustomRange {
  readonly from: number | string
  readonly to: number | string
}

/** One question about a project's requests. What is absent has the default that is named. */
export interface Query {
  /** @default '24h' */
  readonly range?: RangeWord | CustomRange
  /** IANA name. @default that of the project */
  readonly timeZone?: string
  /** Columns of the answer, in their order. */
  readonly metrics: readonly Metric[]
  /** Groups, at most 4, time among them at most once. @default one group of all */
  readonly dimensions?: readonly QueryDimension[]
  readonly filter?: Filter
  readonly having?: Having
  /** @default by time, else by the first metric, descending. Rows that are equal in it come in the order of their dimensions. */
  readonly orderBy?: readonly (readonly [QueryDimension | Metric, 'asc' | 'desc'])[]
  /** Rows of a page, at most 10,000. @default 100, for time alone all intervals */
  readonly limit?: number
  /** `nextCursor` of the page before. */
  readonly cursor?: string
  /**
   * Each row beside the same one of another range; for time the interval at the same place. `previous` is the range of
   * the same length before, as much of it as has passed of this one.
   */
  readonly compare?: 'previous' | CustomRange
  /** Adds the metrics of all groups together, those included that `having` or `limit` leaves out. @default false */
  readonly totals?: boolean
  /**
   * For `apdex`: up to which duration an answer satisfies, milliseconds; up to four times as long is tolerated. Errors and
   * aborted requests count by their duration like all others.
   * @default 500
   */
  readonly apdexMs?: number
}

export interface QueryColumn {
  readonly key: QueryDimension | Metric
  readonly kind: 'dimension' | 'metric'
  readonly type: 'text' | 'integer' | 'number' | 'boolean' | 'instant'
  readonly unit: 'ms' | 'bytes' | 'share' | null
}

/** A row: values of the dimensions, then of the metrics, in the order of the columns. Time is milliseconds since 1970. */
export type QueryRow = readonly DimensionValue[]

/** From what an answer was made: summaries, single events, or both. */
export type QuerySource = 'rollup' | 'raw' | 'mixed'

export interface QueryAnswer {
  readonly columns: readonly QueryColumn[]
  readonly rows: readonly QueryRow[]
  /** In the order of the metrics; `null` unless asked for. */
  readonly totals: QueryRow | null
  /** `null` unless asked for. */
  readonly comparison: QueryComparison | null
  /** `null` on the last page. */
  readonly nextCursor: string | null
  readonly meta: QueryMeta
}

export interface QueryComparison {
  readonly from: number
  readonly to: number
  /** For each row of the answer the metrics of its counterpart, in their order; `null` where there was none. */
  readonly rows: readonly (QueryRow | null)[]
  readonly totals: QueryRow | null
}

export interface QueryMeta {
  /** What the range came to: milliseconds since 1970, [from, to). */
  readonly from: number
  readonly to: number
  readonly timeZone: string
  readonly source: QuerySource
  /** `false` where events are missing that were pruned, erased or shed; `warnings` say which. */
  readonly exact: boolean
  /** All events acknowledged before this instant are in this answer. */
  readonly completeUntil: number
  readonly latencyRelativeError: number
  readonly tookMs: number
  /** Rows that the engine read. */
  readonly rowsRead: number
  readonly warnings: readonly string[]
}

/** Bounds of one query; the server refuses what goes over with a problem document that names the bound. */
export const QUERY_LIMITS = {
  metrics: 23,
  dimensions: 4,
  filterDepth: 8,
  filterClauses: 64,
  filterValues: 500,
  patternLength: 256,
  valueLength: 2_048,
  rows: 10_000,
  intervals: 5_000,
  batchQueries: 24,
} as const
