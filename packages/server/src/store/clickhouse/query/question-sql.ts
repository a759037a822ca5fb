import type { StoreQuery } from '../../store-query.ts'
import type { QueryParameters } from '../session.ts'
import { toIntervalSql } from './intervals-sql.ts'
import { createParameters } from './parameters.ts'
import { toSourceSql, type Source } from './source-sql.ts'

export interface Statement {
  readonly sql: string
  readonly parameters: QueryParameters
}

/** Sums stay at the greatest number that can be told exactly. */
export const clipped = (sum: string) => `toInt64(least(${sum}, ${Number.MAX_SAFE_INTEGER}))`

/** The numbers of an answer's row, in their order. */
const SUMS: readonly string[] = [
  clipped('sum(n)'),
  ...[1, 2, 3, 4, 5].map((statusClass) => clipped(`sumIf(n, class = ${statusClass})`)),
  ...['gone', 'bytes_in', 'bytes_out', 'known', 'duration'].map((column) => clipped(`sum(${column})`)),
  'max(longest)',
  ...['upstream', 'upstream_of'].map((column) => clipped(`sum(${column})`)),
  'max(seen)',
]

const NAMED = `caller_kind <> 'unknown' AND isNotNull(caller)`

/** A question as one statement over sources that share no request: interval, key, sums, buckets, their requests, consumers, new ones. */
export function toQuestionSql(question: StoreQuery, sources: readonly Source[], database: string, limit: number): Statement {
  const { projectId, from, to, groupBy, measures } = question
  const parameters = createParameters()
  const number = (value: number) => parameters.add(value, 'Int64')
  const interval = toIntervalSql(question, parameters)
  const selects = sources.map((source) => toSourceSql(source, question, database, interval, parameters))
  const keys = ['i', ...groupBy.map((_, at) => `k${at}`)]
  const columns = [...keys, ...SUMS]
  // Totals of 128 bits are texts in JSON.
  columns.push(measures.has('latency') ? 'sumMap(buckets, hits).1, arrayMap(each -> toString(each), sumMap(buckets, hits).2)' : 'NULL, NULL')
  columns.push(measures.has('consumers') ? `uniqExactIf((caller_kind, caller), ${NAMED})` : '0')
  if (measures.has('newConsumers')) {
    const firsts = `SELECT kind, consumer, min(first) AS began FROM ${database}.first_seen WHERE "projectId" = ${number(projectId)} GROUP BY kind, consumer HAVING began >= ${number(from)} AND began < ${number(to)}`
    const isNew = `(caller_kind, ifNull(caller, ''), i) IN (SELECT toString(kind), consumer, toInt64(${interval('began')}) FROM (${firsts}))`
    columns.push(`uniqExactIf((caller_kind, caller), ${NAMED} AND ${isNew})`)
  } else columns.push('0')
  const order = ['sum(n) DESC', ...keys.map((key) => `${key} ASC NULLS FIRST`)].join(', ')
  const sql = `SELECT ${columns.join(', ')} FROM (${selects.join(' UNION ALL ')}) GROUP BY ${keys.join(', ')} HAVING sum(n) > 0 ORDER BY ${order} LIMIT ${number(limit)}`
  return { sql, parameters: parameters.values }
}
