import { compareKeys } from '../../query/compare-values.ts'
import { assertRollupKeeps } from '../rollup-shape.ts'
import type { AggregateQuery, AggregateRow, Dimension } from '../store.ts'
import type { QueryEngine, StoreDimension, StoreRow } from '../store-query.ts'

const MINUTE_MS = 60_000

const DIMENSIONS_OF: Readonly<Record<Dimension, readonly StoreDimension[]>> = {
  method: ['method'],
  route: ['route'],
  status: ['status'],
  consumer: ['consumerKind', 'consumer'],
  country: ['country'],
  client: ['client'],
}

/** The older form of a question, in terms of the newer. */
export async function aggregate(ask: QueryEngine['query'], query: AggregateQuery): Promise<readonly AggregateRow[]> {
  assertRollupKeeps(query)
  const { projectId, intervalMs, limit } = query
  const from = Math.floor(query.from / MINUTE_MS) * MINUTE_MS
  const to = Math.ceil(query.to / MINUTE_MS) * MINUTE_MS
  const groupBy = query.dimensions.flatMap((dimension) => DIMENSIONS_OF[dimension])
  const intervals = intervalMs === null ? null : Array.from({ length: Math.ceil((to - from) / intervalMs) }, (_, at) => from + at * intervalMs)
  const { rows } = await ask({ projectId, from, to, intervals, groupBy, filter: null, measures: new Set(query.latency ? ['latency'] : []), limit })
  return rows
    .toSorted((a, b) => b.requests - a.requests || a.interval - b.interval || compareKeys(a.key, b.key))
    .map((row) => toAggregateRow(row, groupBy, intervals))
}

function toAggregateRow({ key, interval, requests, classes, aborted, requestBytes, responseBytes, lastSeenAt, latency }: StoreRow, groupBy: readonly StoreDimension[], intervals: readonly number[] | null): AggregateRow {
  const text = (dimension: StoreDimension) => {
    const value = key[groupBy.indexOf(dimension)] ?? null
    return value === null ? null : String(value)
  }
  const status = text('status')
  return {
    time: intervals?.[interval] ?? null,
    method: text('method'),
    route: text('route'),
    status: status === null ? null : Number(status),
    consumerKind: text('consumerKind'),
    consumer: text('consumer'),
    country: text('country'),
    client: text('client'),
    requests,
    errors: classes[3] + classes[4],
    aborted,
    requestBytes,
    responseBytes,
    lastSeenAt,
    latency,
  }
}
