import { assertRollupKeeps } from '../rollup-shape.ts'
import type { StoreAnswer, StoreDimension, StoreQuery, StoreRow } from '../store-query.ts'
import type { AggregateQuery, AggregateRow } from '../store.ts'

/** The dimensions of an answer in the order in which equal rows come. */
const ORDER = ['method', 'route', 'status', 'consumerKind', 'consumer', 'country', 'client'] as const satisfies readonly StoreDimension[]

/** Answers by asking a question of the newer kind, which can ask for all of this. */
export async function aggregate(ask: (question: StoreQuery) => Promise<StoreAnswer>, query: AggregateQuery): Promise<readonly AggregateRow[]> {
  assertRollupKeeps(query)
  const { projectId, from, to, intervalMs, dimensions, latency, limit } = query
  const wanted = new Set<StoreDimension>(dimensions)
  if (wanted.has('consumer')) wanted.add('consumerKind')
  const groupBy = ORDER.filter((name) => wanted.has(name))
  const intervals = intervalMs === null ? null : Array.from({ length: Math.ceil((to - from) / intervalMs) }, (_, at) => from + at * intervalMs)
  const { rows } = await ask({ projectId, from, to, intervals, groupBy, filter: null, measures: new Set(latency ? ['latency'] : []), limit })
  return rows.map((row) => toAggregateRow(row, groupBy, intervals))
}

function toAggregateRow(row: StoreRow, groupBy: readonly StoreDimension[], intervals: readonly number[] | null): AggregateRow {
  const at = (name: StoreDimension) => row.key[groupBy.indexOf(name)] ?? null
  const text = (name: StoreDimension) => {
    const value = at(name)
    return value === null ? null : String(value)
  }
  const status = at('status')
  const [, , , clientErrors, serverErrors] = row.classes
  return {
    time: intervals?.[row.interval] ?? null,
    method: text('method'),
    route: text('route'),
    status: status === null ? null : Number(status),
    consumerKind: text('consumerKind'),
    consumer: text('consumer'),
    country: text('country'),
    client: text('client'),
    requests: row.requests,
    errors: clientErrors + serverErrors,
    aborted: row.aborted,
    requestBytes: row.requestBytes,
    responseBytes: row.responseBytes,
    lastSeenAt: row.lastSeenAt,
    latency: row.latency,
  }
}
