import { DuckDBListValue, type DuckDBValue } from '@duckdb/node-api'
import type { DimensionValue } from '@wayside/protocol'
import type { StoreQuery, StoreRow } from '../../store-query.ts'
import { SUM_COLUMNS } from './question-sql.ts'

const MINUTE_MS = 60_000

/** A row of the statement, with how many of its requests were shed. */
export function readRow(row: readonly DuckDBValue[], { groupBy }: StoreQuery): { readonly row: StoreRow; readonly shed: number } {
  const key = row.slice(1, 1 + groupBy.length).map(toDimensionValue)
  const [requests, informational, success, redirect, clientErrors, serverErrors, aborted, requestBytes, responseBytes, timed, durationUs, maxUs, upstreamUs, upstreamOfUs, lastMinute, shed] =
    toSums(row.slice(1 + groupBy.length))
  const [buckets, counts, consumers, newConsumers] = row.slice(1 + groupBy.length + SUM_COLUMNS.length)
  return {
    row: {
      interval: Number(row[0]),
      key,
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
    },
    shed,
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
