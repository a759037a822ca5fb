import type { DuckDBConnection } from '@duckdb/node-api'
import type { StoredLedger } from '../store.ts'
import { toStoredBooks } from './read-producers.ts'

export async function readLedger(connection: DuckDBConnection): Promise<StoredLedger> {
  const ranges = await connection.runAndReadAll('SELECT project_id, producer_id, from_seq, to_seq, seen_at FROM ledger')
  const producers = await connection.runAndReadAll('SELECT project_id, producer_id, books FROM producers')
  return {
    intervals: ranges.getRows().map(([projectId, producerId, from, to, seenAt]) => ({
      projectId: Number(projectId),
      producerId: String(producerId),
      from: Number(from),
      to: Number(to),
      seenAt: Number(seenAt),
    })),
    producers: producers.getRows().map(toStoredBooks),
  }
}
