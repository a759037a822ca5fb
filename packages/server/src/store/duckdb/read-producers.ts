import type { DuckDBValue } from '@duckdb/node-api'
import type { ProducerBooks } from '../../ledger/producer-books.ts'
import { createTurns, mapInTurns } from '../../turns.ts'
import type { DroppedQuery, ProducersQuery, StoredBooks } from '../store.ts'
import type { Ask } from './live-database.ts'

const MINUTE_MS = 60_000

export async function readProducers(ask: Ask, { projectId, seenSince }: ProducersQuery): Promise<readonly StoredBooks[]> {
  const rows = await ask(() => ({
    sql: 'SELECT project_id, producer_id, books FROM producers WHERE project_id = $1::INTEGER AND seen_at >= $2::BIGINT ORDER BY seen_at DESC, producer_id',
    parameters: [projectId, BigInt(seenSince)],
  }))
  // A project may have ten thousand: parsing them all at once would stop the server's other work.
  return mapInTurns(rows, toStoredBooks, createTurns())
}

/** From a row of project, producer and books. */
export function toStoredBooks([projectId, producerId, books]: readonly DuckDBValue[]): StoredBooks {
  // Boundary: the text is what the receiver journaled.
  return { projectId: Number(projectId), producerId: String(producerId), books: JSON.parse(String(books)) as ProducerBooks }
}

export async function countDropped(ask: Ask, { projectId, from, to }: DroppedQuery): Promise<number> {
  const rows = await ask(() => ({
    sql: "SELECT coalesce(sum(events), 0) FROM dropped WHERE project_id = $1::INTEGER AND minute >= $2::BIGINT AND minute < $3::BIGINT",
    parameters: [projectId, BigInt(Math.floor(from / MINUTE_MS)), BigInt(Math.ceil(to / MINUTE_MS))],
  }))
  return Number(rows[0]?.[0] ?? 0)
}
