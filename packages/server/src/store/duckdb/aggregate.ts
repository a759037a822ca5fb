import { DuckDBListValue, DuckDBStructValue, type DuckDBValue } from '@duckdb/node-api'
import { assertRollupKeeps } from '../rollup-shape.ts'
import type { AggregateQuery, AggregateRow, Dimension } from '../store.ts'
import { sumOfBytes } from './bounded-sum.ts'
import type { Ask } from './live-database.ts'

type Rollup = 'rollup_endpoint' | 'rollup_consumer' | 'rollup_dimension'

/** The key columns of an answer, in its order, and where each rollup keeps them. */
const KEYS = ['method', 'route', 'status', 'consumer_kind', 'consumer', 'country', 'client'] as const
type Key = (typeof KEYS)[number]

const SOURCES: Readonly<Record<Dimension, { readonly rollup: Rollup; readonly columns: Readonly<Partial<Record<Key, string>>>; readonly only?: string }>> = {
  method: { rollup: 'rollup_endpoint', columns: { method: 'method' } },
  route: { rollup: 'rollup_endpoint', columns: { route: 'route' } },
  status: { rollup: 'rollup_endpoint', columns: { status: 'status' } },
  consumer: { rollup: 'rollup_consumer', columns: { consumer_kind: 'kind', consumer: 'consumer' } },
  country: { rollup: 'rollup_dimension', columns: { country: 'value' }, only: 'country' },
  client: { rollup: 'rollup_dimension', columns: { client: 'value' }, only: 'client' },
}

/** Sums the partial rows of the one rollup that keeps the asked dimensions. */
export async function aggregate(ask: Ask, query: AggregateQuery): Promise<readonly AggregateRow[]> {
  assertRollupKeeps(query)
  const parameters = [
    BigInt(query.projectId),
    BigInt(Math.floor(query.from / MINUTE_MS)),
    BigInt(Math.ceil(query.to / MINUTE_MS)),
    BigInt(query.from),
    BigInt(query.intervalMs ?? 1),
    query.limit === null ? null : BigInt(query.limit),
  ]
  const rows = await ask(() => ({ sql: toSql(query), parameters }))
  return rows.map(toAggregateRow)
}

const MINUTE_MS = 60_000

function toSql({ dimensions, intervalMs, latency }: AggregateQuery): string {
  const sources = dimensions.map((dimension) => SOURCES[dimension])
  const rollup = sources[0]?.rollup ?? 'rollup_endpoint'
  const only = sources[0]?.only
  const columns: Partial<Record<Key, string>> = Object.assign({}, ...sources.map((source) => source.columns))
  const keys = KEYS.map((key) => `${columns[key] ?? 'NULL'} AS ${key}`).join(', ')
  const time = intervalMs === null ? 'NULL::BIGINT AS time' : '$4::BIGINT + (minute * 60000::BIGINT - $4::BIGINT) // $5::BIGINT * $5::BIGINT AS time'
  // Every parameter has a place in the text, used or not: an unused one is an error to the engine.
  const where = `project_id = $1 AND minute >= $2 AND minute < $3 AND $4::BIGINT IS NOT NULL AND $5::BIGINT IS NOT NULL${only === undefined ? '' : ` AND dimension = '${only}'`}`
  const lists = latency ? ', buckets, counts' : ''
  // The source names its columns anew: in GROUP BY and ORDER BY a name means the table's column before an alias.
  return `
    WITH source AS (
      SELECT ${time}, ${keys}, requests AS n, errors AS failed, aborted AS gone, request_bytes AS bytes_in,
        response_bytes AS bytes_out, last_minute AS seen${lists}
      FROM ${rollup} WHERE ${where}
    ), totals AS (
      SELECT ${KEY_LIST}, sum(n) AS requests, sum(failed) AS errors, sum(gone) AS aborted,
        ${sumOfBytes('bytes_in')} AS request_bytes, ${sumOfBytes('bytes_out')} AS response_bytes, max(seen) AS last_minute
      FROM source GROUP BY ${KEY_LIST} ORDER BY requests DESC, ${ORDER_WITHIN} LIMIT $6
    )${latency ? HISTOGRAMS : ''}
    SELECT totals.*, ${latency ? 'histograms.latency' : 'NULL'} AS latency
    FROM totals ${latency ? `LEFT JOIN histograms ON ${SAME_KEY}` : ''}
    ORDER BY totals.requests DESC, ${ORDER}`
}

const KEY_NAMES = ['time', ...KEYS]
const KEY_LIST = KEY_NAMES.join(', ')
const ORDER_WITHIN = KEY_NAMES.map((name) => `${name} ASC NULLS FIRST`).join(', ')
const ORDER = KEY_NAMES.map((name) => `totals.${name} ASC NULLS FIRST`).join(', ')
const SAME_KEY = KEY_NAMES.map((name) => `totals.${name} IS NOT DISTINCT FROM histograms.${name}`).join(' AND ')
const HISTOGRAMS = `, histograms AS (
  SELECT ${KEY_LIST}, list({ 'bucket': bucket, 'n': n }) AS latency FROM (
    SELECT ${KEY_LIST}, bucket, sum(n) AS n
    FROM (SELECT ${KEY_LIST}, unnest(buckets) AS bucket, unnest(counts) AS n FROM source)
    GROUP BY ALL
  ) GROUP BY ${KEY_LIST}
)`

function toAggregateRow(row: readonly DuckDBValue[]): AggregateRow {
  const [time, method, route, status, consumerKind, consumer, country, client, ...measures] = row
  const [requests, errors, aborted, requestBytes, responseBytes, lastMinute, latency] = measures
  return {
    time: toInteger(time),
    method: toText(method),
    route: toText(route),
    status: toInteger(status),
    consumerKind: toText(consumerKind),
    consumer: toText(consumer),
    country: toText(country),
    client: toText(client),
    requests: toInteger(requests) ?? 0,
    errors: toInteger(errors) ?? 0,
    aborted: toInteger(aborted) ?? 0,
    requestBytes: toInteger(requestBytes) ?? 0,
    responseBytes: toInteger(responseBytes) ?? 0,
    lastSeenAt: (toInteger(lastMinute) ?? 0) * MINUTE_MS,
    latency: toLatency(latency),
  }
}

function toLatency(value: DuckDBValue | undefined): ReadonlyMap<number, number> {
  const counts = new Map<number, number>()
  if (!(value instanceof DuckDBListValue)) return counts
  for (const item of value.items) {
    if (item instanceof DuckDBStructValue) counts.set(Number(item.entries['bucket']), Number(item.entries['n']))
  }
  return counts
}

function toInteger(value: DuckDBValue | undefined): number | null {
  return value === null || value === undefined ? null : Number(value)
}

function toText(value: DuckDBValue | undefined): string | null {
  return typeof value === 'string' ? value : null
}
