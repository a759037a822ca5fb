import type { StoreQuantity, StoreQuery } from '../../store-query.ts'
import { ofEvents, ofShed, type DimensionSql } from './dimension-sql.ts'
import { toFilterSql } from './filter-sql.ts'
import type { Parameters } from './parameters.ts'

/** Something with requests in it: what its rows are called, and what they count. */
export interface SourceKind {
  readonly project: string
  readonly dimension: DimensionSql
  readonly quantities: Readonly<Record<StoreQuantity, string>>
  readonly measures: Readonly<Record<MeasureColumn, string>>
  readonly kind: string
}

/** What the statement adds up; `hits` are the requests in the latency bucket, `seen` is a minute. */
const MEASURE_COLUMNS = ['n', 'aborted', 'bytes_in', 'bytes_out', 'timed', 'duration', 'longest', 'upstream', 'upstream_of', 'seen', 'bucket', 'hits', 'shed'] as const
type MeasureColumn = (typeof MEASURE_COLUMNS)[number]

const UPSTREAM_KNOWN = '"upstreamUs" IS NOT NULL AND "durationUs" IS NOT NULL'

/** Single events. */
export const EVENTS: SourceKind = {
  project: '"projectId"',
  dimension: ofEvents,
  kind: '"consumerKind"',
  quantities: { status: 'status', durationUs: '"durationUs"', upstreamUs: '"upstreamUs"', requestBytes: '"requestBytes"', responseBytes: '"responseBytes"' },
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
    shed: '0',
  },
}

/** Shed requests: a row for each count, and one for each of its latency buckets. */
export const SHED_COUNTS: SourceKind = {
  project: 'project_id',
  dimension: ofShed,
  kind: `'unknown'`,
  quantities: { status: 'status', durationUs: 'NULL::BIGINT', upstreamUs: 'NULL::BIGINT', requestBytes: 'NULL::BIGINT', responseBytes: 'NULL::BIGINT' },
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
    bucket: 'bucket',
    hits: 'hits',
    shed: 'requests',
  },
}

/** Rows of a kind from somewhere, of a stretch of time: milliseconds since 1970, [from, to). */
export interface Source {
  readonly kind: SourceKind
  /** What stands after FROM. */
  readonly table: string
  readonly from: number
  readonly to: number
}

/** The rows of a source that a question asks for, with the columns `i`, `k0` and so on, and those of the measures. */
export function toSourceSql({ kind, table, from, to }: Source, question: StoreQuery, interval: (time: string) => string, parameters: Parameters): string {
  const dimension = (name: StoreQuery['groupBy'][number]) => kind.dimension(name, parameters)
  const keys = question.groupBy.map((name, at) => `${dimension(name)} AS k${at}`)
  const measures = MEASURE_COLUMNS.map((name) => `${kind.measures[name]} AS ${name}`)
  const conditions = [
    `${kind.project} = ${parameters.add(BigInt(question.projectId), 'BIGINT')}`,
    `"time" >= ${parameters.add(BigInt(from), 'BIGINT')}`,
    `"time" < ${parameters.add(BigInt(to), 'BIGINT')}`,
  ]
  if (question.filter !== null) {
    conditions.push(toFilterSql(question.filter, { dimension, quantity: (quantity) => kind.quantities[quantity] }, parameters))
  }
  const columns = [`${interval('"time"')} AS i`, ...keys, 'status', `${kind.kind} AS kind`, `${kind.dimension('consumer', parameters)} AS consumer`, ...measures]
  return `SELECT ${columns.join(', ')} FROM ${table} WHERE ${conditions.join(' AND ')}`
}
