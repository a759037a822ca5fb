import type { DuckDBConnection } from '@duckdb/node-api'
import { sumOfBytes, sumOfCounts } from './bounded-sum.ts'
import { inTransaction } from './in-transaction.ts'

const MINUTE_MS = 60_000
const HOUR_MINUTES = 60

/**
 * How partial rows shrink. Past two days, which the longest period shown by the minute needs together with the one
 * before it, those of an hour become one row for each key and quarter of an hour; before that, one for each key and
 * minute. The first delay leaves room for events that arrive late; what comes even later is merged by the next call.
 */
const STAGES = [
  { grainMinutes: 15, delayMinutes: 50 * HOUR_MINUTES },
  { grainMinutes: 1, delayMinutes: 15 },
] as const

/** What one call may take on for each stage, so that the loader never waits long. */
const MAX_MINUTES = 6 * HOUR_MINUTES

const MEASURES =
  `max(last_minute) AS last_minute, ${sumOfCounts('requests')} AS requests, ${sumOfCounts('errors')} AS errors, ${sumOfCounts('aborted')} AS aborted, ` +
  `${sumOfBytes('request_bytes')} AS request_bytes, ${sumOfBytes('response_bytes')} AS response_bytes`

/** The columns that tell a rollup's rows apart, beside the minute. */
const ROLLUPS = {
  rollup_endpoint: 'project_id, method, route, status',
  rollup_consumer: 'project_id, kind, consumer, status_class',
  rollup_dimension: 'project_id, dimension, value',
} as const

type Rollup = keyof typeof ROLLUPS
const ROLLUP_NAMES = ['rollup_endpoint', 'rollup_consumer', 'rollup_dimension'] as const satisfies readonly Rollup[]

/** Merges partial rows of hours that are over. Sums stay exact; only their grain in time changes. */
export async function compact(connection: DuckDBConnection, now: number): Promise<void> {
  for (const { grainMinutes, delayMinutes } of STAGES) {
    const end = Math.floor((Math.floor(now / MINUTE_MS) - delayMinutes) / HOUR_MINUTES) * HOUR_MINUTES
    const from = await firstHour(connection, grainMinutes, end)
    if (from !== null) await compactRange(connection, from, Math.min(end, from + MAX_MINUTES), grainMinutes)
  }
}

/** The first hour before `end` with rows finer than the grain; `null` when there is none. */
async function firstHour(connection: DuckDBConnection, grainMinutes: number, end: number): Promise<number | null> {
  const sources = ROLLUP_NAMES.map((rollup) => `SELECT min(minute) AS minute FROM ${rollup} WHERE grain < $1::TINYINT AND minute < $2::INTEGER`)
  const rows = await connection.runAndReadAll(`SELECT min(minute) FROM (${sources.join(' UNION ALL ')})`, [grainMinutes, end])
  const first = rows.getRows()[0]?.[0] ?? null
  return first === null ? null : Math.floor(Number(first) / HOUR_MINUTES) * HOUR_MINUTES
}

function compactRange(connection: DuckDBConnection, from: number, to: number, grainMinutes: number): Promise<void> {
  return inTransaction(connection, async () => {
    for (const rollup of ROLLUP_NAMES) {
      await connection.run(`CREATE OR REPLACE TEMP TABLE merged AS ${toMergeSql(rollup)}`, [from, to, grainMinutes])
      await connection.run(`DELETE FROM ${rollup} WHERE minute >= $1::INTEGER AND minute < $2::INTEGER`, [from, to])
      await connection.run(`INSERT INTO ${rollup} BY NAME SELECT * FROM merged`)
      await connection.run('DROP TABLE merged')
    }
  })
}

function toMergeSql(rollup: Rollup): string {
  const keys = ROLLUPS[rollup]
  const where = 'minute >= $1::INTEGER AND minute < $2::INTEGER'
  const start = 'minute - minute % $3::INTEGER AS minute'
  const totals = `SELECT ${keys}, start AS minute, $3::TINYINT AS grain, ${MEASURES} FROM (SELECT *, minute - minute % $3::INTEGER AS start FROM ${rollup} WHERE ${where}) GROUP BY ${keys}, start`
  if (rollup !== 'rollup_endpoint') return totals
  const same = `${keys}, minute`.split(', ').map((key) => `totals.${key} IS NOT DISTINCT FROM histograms.${key}`).join(' AND ')
  return `
    WITH totals AS (${totals}),
    histograms AS (
      SELECT ${keys}, minute, list(bucket) AS buckets, list(n) AS counts FROM (
        SELECT ${keys}, minute, bucket, ${sumOfCounts('n')} AS n
        FROM (SELECT ${keys}, ${start}, unnest(buckets) AS bucket, unnest(counts) AS n FROM ${rollup} WHERE ${where})
        GROUP BY ALL
      ) GROUP BY ${keys}, minute
    )
    SELECT totals.*, coalesce(buckets, []) AS buckets, coalesce(counts, []) AS counts FROM totals LEFT JOIN histograms ON ${same}`
}
