import type { DuckDBConnection } from '@duckdb/node-api'
import { inTransaction } from './in-transaction.ts'

const MINUTE_MS = 60_000
const HOUR_MINUTES = 60

/**
 * How partial rows shrink: those of a closed hour become one row for each key and minute; past two days, which the
 * longest period shown by the minute needs with the one before it, one row for each key and quarter of an hour.
 * The delays leave room for events that arrive late; what comes even later stays a partial row and counts the same.
 */
const STAGES = [
  { grainMinutes: 1, delayMinutes: 15 },
  { grainMinutes: 15, delayMinutes: 50 * HOUR_MINUTES },
] as const

/** Hours that one call may take on for each stage, so that the loader never waits long. */
const MAX_HOURS = 6

const MEASURES =
  'max(last_minute) AS last_minute, sum(requests) AS requests, sum(errors) AS errors, sum(aborted) AS aborted, ' +
  'sum(request_bytes) AS request_bytes, sum(response_bytes) AS response_bytes'

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
    for (let hours = 0; hours < MAX_HOURS; hours++) {
      const hour = await nextHour(connection, grainMinutes, end)
      if (hour === null) break
      await compactHour(connection, hour, grainMinutes)
    }
  }
}

/** The first hour with rows that this stage has not seen; `null` when it is up to date. */
async function nextHour(connection: DuckDBConnection, grainMinutes: number, end: number): Promise<number | null> {
  const sources = ROLLUP_NAMES.map((rollup) => `SELECT min(minute) AS minute FROM ${rollup} WHERE minute >= $1::INTEGER`).join(' UNION ALL ')
  const marks = await connection.runAndReadAll('SELECT max(up_to_minute) FROM compaction_mark WHERE grain_minutes = $1::INTEGER', [grainMinutes])
  const from = Number(marks.getRows()[0]?.[0] ?? 0)
  const first = (await connection.runAndReadAll(`SELECT min(minute) FROM (${sources})`, [from])).getRows()[0]?.[0]
  if (first === null || first === undefined) return null
  const hour = Math.floor(Number(first) / HOUR_MINUTES) * HOUR_MINUTES
  return hour < end ? hour : null
}

function compactHour(connection: DuckDBConnection, hour: number, grainMinutes: number): Promise<void> {
  return inTransaction(connection, async () => {
    for (const rollup of ROLLUP_NAMES) {
      await connection.run(`CREATE OR REPLACE TEMP TABLE merged AS ${toMergeSql(rollup)}`, [hour, hour + HOUR_MINUTES, grainMinutes])
      await connection.run(`DELETE FROM ${rollup} WHERE minute >= $1::INTEGER AND minute < $2::INTEGER`, [hour, hour + HOUR_MINUTES])
      await connection.run(`INSERT INTO ${rollup} BY NAME SELECT * FROM merged`)
      await connection.run('DROP TABLE merged')
    }
    await connection.run('DELETE FROM compaction_mark WHERE grain_minutes = $1::INTEGER', [grainMinutes])
    await connection.run('INSERT INTO compaction_mark VALUES ($1::INTEGER, $2::INTEGER)', [grainMinutes, hour + HOUR_MINUTES])
  })
}

function toMergeSql(rollup: Rollup): string {
  const keys = ROLLUPS[rollup]
  const where = 'minute >= $1::INTEGER AND minute < $2::INTEGER'
  const start = 'minute - minute % $3::INTEGER AS minute'
  const totals = `SELECT ${keys}, start AS minute, ${MEASURES} FROM (SELECT *, minute - minute % $3::INTEGER AS start FROM ${rollup} WHERE ${where}) GROUP BY ${keys}, start`
  if (rollup !== 'rollup_endpoint') return totals
  const same = `${keys}, minute`.split(', ').map((key) => `totals.${key} IS NOT DISTINCT FROM histograms.${key}`).join(' AND ')
  return `
    WITH totals AS (${totals}),
    histograms AS (
      SELECT ${keys}, minute, list(bucket) AS buckets, list(n) AS counts FROM (
        SELECT ${keys}, minute, bucket, sum(n) AS n
        FROM (SELECT ${keys}, ${start}, unnest(buckets) AS bucket, unnest(counts) AS n FROM ${rollup} WHERE ${where})
        GROUP BY ALL
      ) GROUP BY ${keys}, minute
    )
    SELECT totals.*, coalesce(buckets, []) AS buckets, coalesce(counts, []) AS counts FROM totals LEFT JOIN histograms ON ${same}`
}
