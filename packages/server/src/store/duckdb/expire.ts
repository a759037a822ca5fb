import type { DuckDBConnection } from '@duckdb/node-api'
import type { Failpoints } from '../../failpoints.ts'

const DAY_MS = 86_400_000

/** A sender gives up on a batch after three days, its spool included; a producer silent for longer sends no retry. */
const LEDGER_MS = 30 * DAY_MS
/** A stack is sent again every hour while its error goes on. */
const STACKS_MS = 90 * DAY_MS

/** Forgets what nothing asks for any more, so that tables which grow with every start of a process stay small. */
export async function expire(connection: DuckDBConnection, now: number, failpoint: Failpoints): Promise<void> {
  await connection.run('DELETE FROM ledger WHERE seen_at < $1::BIGINT', [BigInt(now - LEDGER_MS)])
  failpoint('store.expiredHalf')
  await connection.run('DELETE FROM error_stacks WHERE seen_at < $1::BIGINT', [BigInt(now - STACKS_MS)])
}
