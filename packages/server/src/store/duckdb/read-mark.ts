import type { DuckDBConnection } from '@duckdb/node-api'

/** The last journal segment that is in the database, and the greatest event id; 0 for none. */
export interface JournalMark {
  readonly segment: number
  readonly eventId: number
}

export async function readMark(connection: DuckDBConnection): Promise<JournalMark> {
  const row = (await connection.runAndReadAll('SELECT segment, event_id FROM journal_mark')).getRows()[0]
  return { segment: Number(row?.[0] ?? 0), eventId: Number(row?.[1] ?? 0) }
}
