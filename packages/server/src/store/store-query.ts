import type { Comparison, Dimension, DimensionValue, QuerySource, Quantity, TagDimension, TextOperator } from '@wayside/protocol'

/** The part of a store that answers questions about requests. Every engine gives the same answer, to the last digit. */
export interface QueryEngine {
  /**
   * Rejects with `TooMuch` when the question has more groups than a store takes on, with `StoreBusy` when it may be asked
   * again, and with the signal's reason when that stops it.
   */
  query(question: StoreQuery): Promise<StoreAnswer>
}

/** A question that is too large; the message says what to narrow. */
export class TooMuch extends Error {
  override readonly name = 'TooMuch'
  /** The part of the query that it lies in, a JSON pointer; `null` where it is the whole. */
  readonly pointer: string | null

  constructor(message: string, { pointer, ...options }: ErrorOptions & { readonly pointer?: string } = {}) {
    super(message, options)
    this.pointer = pointer ?? null
  }
}

/**
 * One question to an engine, and its answer in whole numbers. Ratios, means, percentiles, calendars and orders are made
 * from it in one place for all engines (`query/`), so that an engine cannot disagree on them.
 */
export interface StoreQuery {
  readonly projectId: number
  /** Milliseconds since 1970, [from, to). */
  readonly from: number
  readonly to: number
  /** Starts of the intervals, ascending, the first at or before `from`; `null` for one answer over the whole range. */
  readonly intervals: readonly number[] | null
  /** At most four, each once. */
  readonly groupBy: readonly StoreDimension[]
  readonly filter: StoreFilter | null
  /** What rows must carry beside their counts. */
  readonly measures: ReadonlySet<StoreMeasure>
  /**
   * At most this many groups, those with most requests first; equal ones by interval, then by key: unknown values first,
   * texts by their UTF-8 bytes. `null` for all, up to the limit of the store.
   */
  readonly limit: number | null
  /** Stops the work. */
  readonly signal?: AbortSignal
  /**
   * Told a few times a second which part of the work is done, from 0 to 1, as far as the engine knows: 0 where it does not. Who watches can stop
   * it, so it may take as long as it takes; nobody else's question takes longer than the engine's limit.
   */
  readonly onProgress?: (done: number) => void
}

/**
 * `endpoint` is method and route with a space between, the method alone where no route matched; `statusClass` is `2xx`;
 * `outcome` one of the protocol's words; `apiVersion` the first segment of the route that is `v` and digits; `apiKey` the
 * key's hash. `status` is a number and `bot` a boolean.
 *
 * Shed requests have their method, route and status, and what follows from these. Of all else nothing is known: their
 * `consumerKind` is `unknown`, their `bot` is `null`, and every other dimension, tags too, is the text `SHED`. They have no
 * consumer and no quantity but `status`, are not `timed`, and count in the interval in which their window began.
 */
export type StoreDimension = Dimension | TagDimension

/**
 * `latency`: requests by bucket. `consumers`: distinct consumers, by kind and name, the unknown one not among them.
 * `newConsumers`: those of them whose first request ever falls into the row's interval, or the range without intervals.
 */
export type StoreMeasure = 'latency' | 'consumers' | 'newConsumers'

/**
 * A filter as engines compile it: values have the type of their dimension, texts hold whole characters, numbers are
 * whole, durations microseconds. It says yes or no: what is unknown passes nothing but `is null`, and `not` turns
 * that around. `and` of nothing is yes, `or` of nothing no.
 */
export type StoreFilter =
  | { readonly kind: 'and' | 'or'; readonly filters: readonly StoreFilter[] }
  | { readonly kind: 'not'; readonly filter: StoreFilter }
  /**
   * At least one of the values. `is` takes any, `null` too; the others take texts, for dimensions of texts. `matches`
   * takes patterns that RE2 has accepted, which match anywhere, `.` any character but a line's end.
   */
  | { readonly kind: 'text'; readonly operator: Exclude<TextOperator, 'isNot'>; readonly dimension: StoreDimension; readonly values: readonly DimensionValue[] }
  | { readonly kind: 'known'; readonly quantity: StoreQuantity }
  /** Came from an address. For what the server itself leaves out: no question of a user holds it. */
  | { readonly kind: 'address'; readonly ip: string }
  | { readonly kind: 'compare'; readonly comparison: Comparison; readonly quantity: StoreQuantity; readonly value: number }

export type StoreQuantity = Exclude<Quantity, 'durationMs' | 'upstreamMs'> | 'durationUs' | 'upstreamUs'

export interface StoreAnswer {
  /** In no order that callers may rely on. Groups without a request are left out. */
  readonly rows: readonly StoreRow[]
  readonly source: QuerySource
  /** Rows of tables and files that were read. */
  readonly rowsRead: number
  /**
   * Requests of the project in the range, whatever the filter and the limit, that are known by endpoint and status alone,
   * because a full queue gave their events up.
   */
  readonly shed: number
}

export interface StoreRow {
  /** Index into `intervals`; 0 without intervals. */
  readonly interval: number
  /** In the order of `groupBy`. */
  readonly key: readonly DimensionValue[]
  readonly requests: number
  /** By status class: 1xx to 5xx. Their sum is `requests`. */
  readonly classes: readonly [number, number, number, number, number]
  readonly aborted: number
  readonly requestBytes: number
  readonly responseBytes: number
  /** Requests whose duration is known, the sum of their durations and the longest, microseconds. */
  readonly timed: number
  readonly durationUs: number
  readonly maxUs: number
  /** Of requests whose upstream time is known: its sum, and the sum of their durations, microseconds. */
  readonly upstreamUs: number
  readonly upstreamOfUs: number
  /** The last request's beginning, milliseconds since 1970, to the minute. */
  readonly lastSeenAt: number
  /** Empty unless asked for. */
  readonly latency: ReadonlyMap<number, number>
  /** 0 unless asked for. */
  readonly consumers: number
  readonly newConsumers: number
}
