import type { DuckDBConnection } from '@duckdb/node-api'
import type { Failpoints } from '../../failpoints.ts'

const DAY_MS = 86_400_000

/**
 * A producer that was silent for seven days sends no retry, and the receiver takes none; a day later its ranges are
 * forgotten here. Its books still tell for a month which seqs are too old to be taken.
 */
const LEDGER_MS = 8 * DAY_MS
const PRODUCERS_MS = 30 * DAY_MS
/** Producers of one project that are remembered, as many as the receiver does; the ones that were silent longest go first. */
const MAX_PRODUCERS = 10_000
/** A stack is sent again every hour while its error goes on. */
const STACKS_MS = 90 * DAY_MS

/** Forgets what nothing asks for any more, so that tables which grow with every start of a process stay small. */
export async function expire(connection: DuckDBConnection, now: number, failpoint: Failpoints): Promise<void> {
  await connection.run(SURPLUS, [BigInt(now - PRODUCERS_MS)])
  for (const table of ['ledger', 'producers']) await connection.run(`DELETE FROM ${table} WHERE (project_id, producer_id) IN (FROM surplus)`)
  await connection.run('DROP TABLE surplus')
  // Heartbeats move a producer's books and leave its ranges as they are.
  await connection.run(
    'DELETE FROM ledger WHERE seen_at < $1::BIGINT AND (project_id, producer_id) NOT IN (SELECT project_id, producer_id FROM producers WHERE seen_at >= $1::BIGINT)',
    [BigInt(now - LEDGER_MS)],
  )
  failpoint('store.expiredHalf')
  await connection.run('DELETE FROM error_stacks WHERE seen_at < $1::BIGINT', [BigInt(now - STACKS_MS)])
}

const SURPLUS = `
  CREATE OR REPLACE TEMP TABLE surplus AS
  SELECT project_id, producer_id FROM producers
  QUALIFY seen_at < $1::BIGINT OR row_number() OVER (PARTITION BY project_id ORDER BY seen_at DESC) > ${MAX_PRODUCERS}`
