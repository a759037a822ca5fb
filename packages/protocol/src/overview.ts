import type { DeliveryNotice } from './delivery.ts'

/** Counts and latencies of a set of exchanges. Durations are milliseconds; `null` where nothing was measured. */
export interface Totals {
  readonly requests: number
  /** Requests by status class; aborted ones (499) count as client errors. */
  readonly success: number
  readonly redirect: number
  readonly clientError: number
  readonly serverError: number
  /** Share of requests with a status of 400 or more, 0 to 1; `null` when there were no requests. */
  readonly errorRate: number | null
  readonly aborted: number
  readonly p50Ms: number | null
  readonly p95Ms: number | null
  readonly p99Ms: number | null
  readonly requestBytes: number
  readonly responseBytes: number
}

/** Requests of one interval, by status class. */
export interface SeriesPoint {
  /** Start of the interval, milliseconds since 1970. */
  readonly time: number
  readonly informational: number
  readonly success: number
  readonly redirect: number
  readonly clientError: number
  readonly serverError: number
}

/** One endpoint; `route` is `null` for all requests that matched nothing. */
export interface EndpointRow extends Totals {
  readonly method: string
  readonly route: string | null
}

/** What a consumer is known by. */
export type ConsumerKind = 'user' | 'api_key' | 'oauth_client' | 'ip' | 'unknown'

export interface ConsumerRow {
  readonly kind: ConsumerKind
  /** The user id, the API key's hash, the OAuth client or the IP; `null` when the kind is `unknown`. */
  readonly consumer: string | null
  readonly requests: number
  readonly errors: number
  /** Milliseconds since 1970, to the rollup's interval. */
  readonly lastSeenAt: number
}

/** One value of a dimension and its requests. */
export interface ShareRow {
  /** `null` when unknown. */
  readonly value: string | null
  readonly requests: number
  readonly errors: number
}

/** Periods that the overview offers; they end now. */
export const PERIODS = ['1h', '24h', '7d', '30d'] as const
export type Period = (typeof PERIODS)[number]

/** Everything that the first page shows, in one answer. */
export interface Overview {
  readonly project: { readonly id: string; readonly name: string }
  readonly period: Period
  /** Milliseconds since 1970; the range is [from, to). */
  readonly from: number
  readonly to: number
  readonly intervalMs: number
  /** All events acknowledged before this instant are in this answer. */
  readonly completeUntil: number
  /** What is missing in this answer, and which producers have events that are not in it. */
  readonly delivery: DeliveryNotice
  readonly totals: Totals & { readonly consumers: number }
  /** The same figures of the period of equal length before. */
  readonly previous: Totals & { readonly consumers: number }
  /** One point for each interval, empty ones included. */
  readonly series: readonly SeriesPoint[]
  /** Most requests first; at most 50. */
  readonly endpoints: readonly EndpointRow[]
  /** Most requests first; at most 20. */
  readonly consumers: readonly ConsumerRow[]
  readonly countries: readonly ShareRow[]
  readonly clients: readonly ShareRow[]
}
