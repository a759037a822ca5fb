import type { DuckDBConnection } from '@duckdb/node-api'
import type { LedgerInterval } from '../store.ts'

export async function readLedger(connection: DuckDBConnection): Promise<readonly LedgerInterval[]> {
  const rows = await connection.runAndReadAll('SELECT project_id, producer_id, from_seq, to_seq, seen_at FROM ledger')
  return rows.getRows().map(([projectId, producerId, from, to, seenAt]) => ({
    projectId: Number(projectId),
    producerId: String(producerId),
    from: Number(from),
    to: Number(to),
    seenAt: Number(seenAt),
  }))
}
