import type { StoreQuantity, StoreQuery } from '../../store-query.ts'
import { ofEvents, ofShed, type DimensionSql } from './dimension-sql.ts'
import { toFilterSql } from './filter-sql.ts'
import type { Parameters } from './parameters.ts'

/** Something with requests in it: what its rows are called, and what they count. */
export interface SourceKind {
  readonly project: string
  readonly dimension: DimensionSql
  readonly quantities: Readonly<Record<StoreQuantity, string>>
  readonly address: string
  readonly measures: Readonly<Record<MeasureColumn, string>>
  readonly kind: string
}

/** What the statement adds up; `hits` are the requests in the latency bucket, `seen` is a minute. */
export const MEASURE_COLUMNS = ['n', 'aborted', 'bytes_in', 'bytes_out', 'timed', 'duration', 'longest', 'upstream', 'upstream_of', 'seen', 'bucket', 'hits'] as const
export type MeasureColumn = (typeof MEASURE_COLUMNS)[number]

const UPSTREAM_KNOWN = '"upstreamUs" IS NOT NULL AND "durationUs" IS NOT NULL'

/** Single events. */
export const EVENTS: SourceKind = {
  project: '"projectId"',
  dimension: ofEvents,
  kind: '"consumerKind"',
  quantities: { status: 'status', durationUs: '"durationUs"', upstreamUs: '"upstreamUs"', requestBytes: '"requestBytes"', responseBytes: '"responseBytes"' },
  address: 'ip',
  measures: {
    n: '1',
    aborted: 'CASE WHEN outcome <> 0 THEN 1 ELSE 0 END',
    bytes_in: '"requestBytes"',
    bytes_out: '"responseBytes"',
    timed: 'CASE WHEN "durationUs" IS NULL THEN 0 ELSE 1 END',
    duration: '"durationUs"',
    longest: '"durationUs"',
    upstream: `CASE WHEN ${UPSTREAM_KNOWN} THEN "upstreamUs" END`,
    upstream_of: `CASE WHEN ${UPSTREAM_KNOWN} THEN "durationUs" END`,
    seen: '"time" // 60000',
    bucket: '"latencyBucket"',
    hits: 'CASE WHEN "latencyBucket" IS NULL THEN 0 ELSE 1 END',
  },
}

/** Shed requests, as they were counted. */
export const SHED_COUNTS: SourceKind = {
  project: 'project_id',
  dimension: ofShed,
  kind: `'unknown'`,
  quantities: { status: 'status', durationUs: 'NULL::BIGINT', upstreamUs: 'NULL::BIGINT', requestBytes: 'NULL::BIGINT', responseBytes: 'NULL::BIGINT' },
  address: 'NULL::VARCHAR',
  measures: {
    n: 'requests',
    aborted: 'aborted',
    bytes_in: 'request_bytes',
    bytes_out: 'response_bytes',
    timed: '0',
    duration: 'NULL',
    longest: 'NULL',
    upstream: 'NULL',
    upstream_of: 'NULL',
    seen: 'last_minute',
    bucket: 'NULL',
    hits: '0',
  },
}

/** Something to select shed requests from, with the time at which their window began. */
export const SHED_ROWS = '(SELECT *, minute * 60000 AS "time" FROM shed)'

/** The latency buckets of rows that list them: a row for each, which counts nothing but itself. */
export function bucketsOf({ kind, table, ranges }: Source): Source {
  const zeroes = Object.fromEntries(MEASURE_COLUMNS.map((name) => [name, '0']))
  // Boundary: `fromEntries` forgets the names.
  const measures = { ...zeroes, bucket: 'bucket', hits: 'hits' } as SourceKind['measures']
  return { kind: { ...kind, measures }, table: `(SELECT * EXCLUDE (buckets, counts), unnest(buckets) AS bucket, unnest(counts) AS hits FROM ${table})`, ranges }
}

/** Rows of a kind from somewhere, of some stretches of time. */
export interface Source {
  readonly kind: SourceKind
  /** What stands after FROM. */
  readonly table: string
  readonly ranges: readonly Stretch[]
}

/** Milliseconds since 1970, [from, to). */
export interface Stretch {
  readonly from: number
  readonly to: number
}

/** Whether a row's time is in one of some stretches. */
export function toStretchesSql(ranges: readonly Stretch[], parameters: Parameters): string {
  return `(${ranges.map(({ from, to }) => `"time" >= ${parameters.add(BigInt(from), 'BIGINT')} AND "time" < ${parameters.add(BigInt(to), 'BIGINT')}`).join(' OR ')})`
}

/** The rows of a source that a question asks for, with the columns `i`, `k0` and so on, and those of the measures. */
export function toSourceSql({ kind, table, ranges }: Source, question: StoreQuery, interval: (time: string) => string, parameters: Parameters): string {
  const dimension = (name: StoreQuery['groupBy'][number]) => kind.dimension(name, parameters)
  const keys = question.groupBy.map((name, at) => `${dimension(name)} AS k${at}`)
  const measures = MEASURE_COLUMNS.map((name) => `${kind.measures[name]} AS ${name}`)
  const conditions = [
    `${kind.project} = ${parameters.add(BigInt(question.projectId), 'BIGINT')}`,
    toStretchesSql(ranges, parameters),
  ]
  if (question.filter !== null) {
    conditions.push(toFilterSql(question.filter, { dimension, quantity: (quantity) => kind.quantities[quantity], address: kind.address }, parameters))
  }
  const columns = [`${interval('"time"')} AS i`, ...keys, 'status', `${kind.kind} AS kind`, `${kind.dimension('consumer', parameters)} AS consumer`, ...measures]
  return `SELECT ${columns.join(', ')} FROM ${table} WHERE ${conditions.join(' AND ')}`
}
