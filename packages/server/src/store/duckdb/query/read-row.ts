import { DuckDBListValue, type DuckDBValue } from '@duckdb/node-api'
import type { DimensionValue } from '@wayside/protocol'
import type { StoreQuery, StoreRow } from '../../store-query.ts'
import { SUM_COLUMNS } from './question-sql.ts'

const MINUTE_MS = 60_000

/** What the statement says with each row: events of the range in the table, and shed requests in it. */
export function readAbout([recent, shed]: readonly DuckDBValue[]): { readonly recent: number; readonly shed: number } {
  return { recent: Number(recent), shed: Number(shed) }
}

/** A row of the statement; `null` for the one that says that nothing was found. */
export function readRow([, , interval = null, ...values]: readonly DuckDBValue[], { groupBy }: StoreQuery): StoreRow | null {
  if (interval === null) return null
  const [requests, informational, success, redirect, clientErrors, serverErrors, aborted, requestBytes, responseBytes, timed, durationUs, maxUs, upstreamUs, upstreamOfUs, lastMinute] =
    toSums(values.slice(groupBy.length))
  const [buckets, counts, consumers, newConsumers] = values.slice(groupBy.length + SUM_COLUMNS.length)
  return {
    interval: Number(interval),
    key: values.slice(0, groupBy.length).map(toDimensionValue),
    requests,
    classes: [informational, success, redirect, clientErrors, serverErrors],
    aborted,
    requestBytes,
    responseBytes,
    timed,
    durationUs,
    maxUs,
    upstreamUs,
    upstreamOfUs,
    lastSeenAt: lastMinute * MINUTE_MS,
    latency: toLatency(buckets, counts),
    consumers: Number(consumers),
    newConsumers: Number(newConsumers),
  }
}

type NumberEach<Names extends readonly unknown[]> = { readonly [At in keyof Names]: number }

function toSums(values: readonly DuckDBValue[]): NumberEach<typeof SUM_COLUMNS> {
  // Boundary: the statement selects them in this order.
  return SUM_COLUMNS.map((_, at) => Number(values[at])) as unknown as NumberEach<typeof SUM_COLUMNS>
}

function toDimensionValue(value: DuckDBValue): DimensionValue {
  if (typeof value === 'bigint') return Number(value)
  return typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number' ? value : null
}

function toLatency(buckets: DuckDBValue | undefined, counts: DuckDBValue | undefined): ReadonlyMap<number, number> {
  if (!(buckets instanceof DuckDBListValue) || !(counts instanceof DuckDBListValue)) return new Map()
  return new Map(buckets.items.map((bucket, at) => [Number(bucket), Number(counts.items[at])]))
}
