import type { StoreQuery } from '../../store-query.ts'
import { boundSum, sumOf } from '../bounded-sum.ts'
import type { Statement } from '../statement.ts'
import { toIntervalSql } from './intervals-sql.ts'
import { createParameters } from './parameters.ts'
import { toCellsSql } from './cells-sql.ts'
import { toGatheredSql, toGatheredTable } from './gathered-sql.ts'
import { MEASURE_COLUMNS, SHED_ROWS, toSourceSql } from './source-sql.ts'
import type { AnySource } from './to-sources.ts'

/** How the numbers of an answer's row are added up, in their order: from the columns of a source, and again. */
const SUMS = {
  requests: ['sum(n)', 'sum(requests)'],
  informational: ['sum(n) FILTER (status // 100 = 1)', 'sum(informational)'],
  success: ['sum(n) FILTER (status // 100 = 2)', 'sum(success)'],
  redirect: ['sum(n) FILTER (status // 100 = 3)', 'sum(redirect)'],
  client_errors: ['sum(n) FILTER (status // 100 = 4)', 'sum(client_errors)'],
  server_errors: ['sum(n) FILTER (status // 100 = 5)', 'sum(server_errors)'],
  aborted: ['sum(aborted)', 'sum(aborted)'],
  request_bytes: ['sum(bytes_in)', 'sum(request_bytes)'],
  response_bytes: ['sum(bytes_out)', 'sum(response_bytes)'],
  timed: ['sum(timed)', 'sum(timed)'],
  duration_us: ['sum(duration)', 'sum(duration_us)'],
  max_us: ['max(longest)', 'max(max_us)'],
  upstream_us: ['sum(upstream)', 'sum(upstream_us)'],
  upstream_of_us: ['sum(upstream_of)', 'sum(upstream_of_us)'],
  last_minute: ['max(seen)', 'max(last_minute)'],
} as const

export const SUM_COLUMNS = ['requests', 'informational', 'success', 'redirect', 'client_errors', 'server_errors', 'aborted', 'request_bytes', 'response_bytes', 'timed', 'duration_us', 'max_us', 'upstream_us', 'upstream_of_us', 'last_minute'] as const satisfies readonly (keyof typeof SUMS)[]

const sums = (again: 0 | 1) => SUM_COLUMNS.map((name) => `${SUMS[name][again]} AS ${name}`).join(', ')

/**
 * A question as one statement over sources that share no request. Each row begins with the events of the range that are
 * in the table and the shed requests in it; then come, `NULL` when nothing was found, the interval, the keys, `SUM_COLUMNS`,
 * then buckets and their counts, consumers and new ones. Of all groups it takes
 * those with most requests, as many as `limit` says.
 * @param sources - of the sums
 * @param callers - of the consumers, none when they are not asked for
 * @param firsts - selects `kind`, `consumer` and `time`, the least of which is the consumer's first request
 */
export function toQuestionSql(question: StoreQuery, sources: readonly AnySource[], callers: readonly AnySource[], firsts: (project: string) => string, limit: number): Statement {
  const { groupBy, measures } = question
  const parameters = createParameters()
  const interval = toIntervalSql(question, parameters)
  const integer = (value: number) => parameters.add(BigInt(value), 'BIGINT')
  const [project, from, to] = [integer(question.projectId), integer(question.from), integer(question.to)]
  const keys = ['i', ...groupBy.map((_, at) => `k${at}`)]
  const list = keys.join(', ')
  const counted = (name: string, from: string) => `${name} AS (SELECT ${list}, count(*) AS ${name} FROM ${from} GROUP BY ${list})`
  const beside = (name: string) => `LEFT JOIN ${name} ON ${keys.map((key) => `kept.${key} IS NOT DISTINCT FROM ${name}.${key}`).join(' AND ')}`

  const select = (from: AnySource) => {
    if ('parts' in from) return `SELECT ${[...keys, 'status', 'kind', 'consumer', ...MEASURE_COLUMNS].join(', ')} FROM ${toGatheredTable(from)}`
    return 'cells' in from ? toCellsSql(from, question, interval, parameters) : toSourceSql(from, question, interval, parameters)
  }
  const union = (of: readonly AnySource[]) => of.map(select).join(' UNION ALL ')
  const tables = [`source AS (${union(sources)})`]
  if (measures.has('latency')) {
    tables.push(
      `fine AS (SELECT ${list}, bucket, ${sums(0)}, sum(hits) AS hits FROM source GROUP BY ${list}, bucket)`,
      `totals AS (SELECT ${list}, ${sums(1)}, list(bucket ORDER BY bucket) FILTER (hits > 0) AS buckets, list(${boundSum('hits')} ORDER BY bucket) FILTER (hits > 0) AS counts FROM fine GROUP BY ${list})`,
    )
  } else {
    tables.push(`totals AS (SELECT ${list}, ${sums(0)}, NULL AS buckets, NULL AS counts FROM source GROUP BY ${list})`)
  }
  const order = `requests DESC, ${keys.map((key) => `${key} ASC NULLS FIRST`).join(', ')}`
  tables.push(`kept AS (SELECT * FROM totals WHERE requests > 0 ORDER BY ${order} LIMIT ${integer(limit)})`)

  const besides: string[] = []
  if (callers.length > 0) {
    tables.push(`callers AS (SELECT DISTINCT ${list}, kind, consumer FROM (${union(callers)}) WHERE kind <> 'unknown' AND consumer IS NOT NULL)`)
  }
  if (measures.has('consumers')) {
    tables.push(counted('consumers', 'callers'))
    besides.push(beside('consumers'))
  }
  if (measures.has('newConsumers')) {
    tables.push(
      `firsts AS (SELECT kind, consumer, min("time") AS first FROM (${firsts(project)}) GROUP BY ALL HAVING first >= ${from} AND first < ${to})`,
      counted('fresh', `callers JOIN firsts ON callers.kind = firsts.kind AND callers.consumer = firsts.consumer AND callers.i = ${interval('first')}`),
    )
    besides.push(beside('fresh'))
  }
  const columns = [
    ...keys.map((key) => `kept.${key}`),
    ...SUM_COLUMNS.map((name) => boundSum(`coalesce(kept.${name}, 0)`)),
    'kept.buckets',
    'kept.counts',
    measures.has('consumers') ? 'coalesce(consumers.consumers, 0)' : '0',
    measures.has('newConsumers') ? 'coalesce(fresh.fresh, 0)' : '0',
  ]
  const where = (column: string) => `WHERE ${column} = ${project} AND "time" >= ${from} AND "time" < ${to}`
  tables.push(
    `recent AS (SELECT count(*) AS recent FROM events ${where('"projectId"')})`,
    `lost AS (SELECT ${sumOf('requests')} AS shed FROM ${SHED_ROWS} ${where('project_id')})`,
  )
  const gathered = [...sources, ...callers].flatMap((each) => ('parts' in each ? toGatheredSql(each, question) : []))
  return { gathered, sql: `WITH ${tables.join(', ')} SELECT recent, shed, ${columns.join(', ')} FROM recent CROSS JOIN lost LEFT JOIN kept ON true ${besides.join(' ')}`, parameters: parameters.values }
}
