import type { StoreQuantity, StoreQuery } from '../../store-query.ts'
import { ofCells, ofEvents, ofShed, toKeyType, type DimensionSql } from './dimension-sql.ts'
import { toFilterSql } from './filter-sql.ts'
import type { Parameters } from './parameters.ts'

/** A table with requests in it: what its rows are called, and what they count. */
export interface SourceKind {
  readonly table: 'events' | 'cells' | 'shed'
  readonly time: string
  readonly dimension: DimensionSql
  readonly quantities: Readonly<Record<StoreQuantity, string>>
  readonly address: string
  readonly measures: Readonly<Record<MeasureColumn, string>>
  readonly kind: string
}

/** What the statement adds up; `seen` is a minute, `buckets` and `hits` the latency buckets and the requests in each. */
const MEASURE_COLUMNS = ['n', 'gone', 'bytes_in', 'bytes_out', 'known', 'duration', 'longest', 'upstream', 'upstream_of', 'seen', 'buckets', 'hits'] as const
type MeasureColumn = (typeof MEASURE_COLUMNS)[number]

const UPSTREAM_KNOWN = 'isNotNull("upstreamUs") AND isNotNull("durationUs")'
const UNKNOWN = `CAST(NULL, 'Nullable(Int64)')`
const big = (column: string) => `toInt128(ifNull(${column}, 0))`
const each = (bucket: string, hits: string) => ({
  buckets: `if(isNull(${bucket}), emptyArrayInt64(), [assumeNotNull(${bucket})])`,
  hits: `if(isNull(${bucket}), CAST([], 'Array(Int128)'), [toInt128(${hits})])`,
})

/** Single events. */
export const EVENTS: SourceKind = {
  table: 'events',
  time: '"time"',
  dimension: ofEvents,
  kind: 'toString("consumerKind")',
  quantities: { status: 'status', durationUs: '"durationUs"', upstreamUs: '"upstreamUs"', requestBytes: '"requestBytes"', responseBytes: '"responseBytes"' },
  address: 'ip',
  measures: {
    n: 'toInt128(1)',
    gone: 'toInt128(outcome <> 0)',
    bytes_in: big('"requestBytes"'),
    bytes_out: big('"responseBytes"'),
    known: 'toInt128(isNotNull("durationUs"))',
    duration: big('"durationUs"'),
    longest: 'ifNull("durationUs", 0)',
    upstream: `if(${UPSTREAM_KNOWN}, ${big('"upstreamUs"')}, toInt128(0))`,
    upstream_of: `if(${UPSTREAM_KNOWN}, ${big('"durationUs"')}, toInt128(0))`,
    seen: 'intDiv("time", 60000)',
    ...each('"latencyBucket"', '1'),
  },
}

const NO_ADDRESS = `CAST(NULL, 'Nullable(String)')`
const NO_QUANTITIES = { status: 'status', durationUs: UNKNOWN, upstreamUs: UNKNOWN, requestBytes: UNKNOWN, responseBytes: UNKNOWN }

/** Summaries of quarters of an hour. */
export const CELLS: SourceKind = {
  table: 'cells',
  time: 'quarter * 900000',
  dimension: ofCells,
  kind: 'toString(kind)',
  quantities: NO_QUANTITIES,
  address: NO_ADDRESS,
  measures: {
    n: 'toInt128(requests)',
    gone: 'toInt128(aborted)',
    bytes_in: 'request_bytes',
    bytes_out: 'response_bytes',
    known: 'toInt128(timed)',
    duration: 'duration_us',
    longest: 'max_us',
    upstream: 'upstream_us',
    upstream_of: 'upstream_of_us',
    seen: 'last_minute',
    ...each('bucket', 'requests'),
  },
}

/** Shed requests, as they were counted. */
export const SHED_COUNTS: SourceKind = {
  table: 'shed',
  time: 'minute * 60000',
  dimension: ofShed,
  kind: `'unknown'`,
  quantities: NO_QUANTITIES,
  address: NO_ADDRESS,
  measures: {
    n: 'toInt128(requests)',
    gone: 'toInt128(aborted)',
    bytes_in: 'toInt128("requestBytes")',
    bytes_out: 'toInt128("responseBytes")',
    known: 'toInt128(0)',
    duration: 'toInt128(0)',
    longest: 'toInt64(0)',
    upstream: 'toInt128(0)',
    upstream_of: 'toInt128(0)',
    seen: '"lastMinute"',
    buckets: 'buckets',
    hits: `CAST(counts, 'Array(Int128)')`,
  },
}

/** Rows of a kind, of some stretches of time. */
export interface Source {
  readonly kind: SourceKind
  /** Which cells. */
  readonly facet?: string
  readonly ranges: readonly Stretch[]
}

/** Milliseconds since 1970, [from, to). */
export interface Stretch {
  readonly from: number
  readonly to: number
}

/** The rows of a source that a question asks for, with the columns `i`, `k0` and so on, and those of the measures. */
export function toSourceSql({ kind, facet, ranges }: Source, question: StoreQuery, database: string, interval: (time: string) => string, parameters: Parameters): string {
  const { measures } = question
  const number = (value: number) => parameters.add(value, 'Int64')
  const dimension = (name: StoreQuery['groupBy'][number]) => kind.dimension(name, parameters)
  const keys = question.groupBy.map((name, at) => `CAST(${dimension(name)}, '${toKeyType(name)}') AS k${at}`)
  const columns = MEASURE_COLUMNS.filter((name) => measures.has('latency') || (name !== 'buckets' && name !== 'hits')).map((name) => `${kind.measures[name]} AS ${name}`)
  const callers = measures.has('consumers') || measures.has('newConsumers') ? [`${kind.kind} AS caller_kind`, `CAST(${dimension('consumer')}, 'Nullable(String)') AS caller`] : []
  const conditions = [
    `"projectId" = ${number(question.projectId)}`,
    ...(facet === undefined ? [] : [`facet = '${facet}'`]),
    `(${ranges.map(({ from, to }) => `${kind.time} >= ${number(from)} AND ${kind.time} < ${number(to)}`).join(' OR ')})`,
  ]
  if (question.filter !== null) conditions.push(toFilterSql(question.filter, { dimension, quantity: (quantity) => kind.quantities[quantity], address: kind.address }, parameters))
  return `SELECT toInt64(${interval(kind.time)}) AS i, ${[...keys, ...callers].map((key) => `${key}, `).join('')}toInt64(intDiv(status, 100)) AS class, ${columns.join(', ')} FROM ${database}.${kind.table} WHERE ${conditions.join(' AND ')}`
}
