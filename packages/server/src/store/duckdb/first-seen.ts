import type { DuckDBConnection } from '@duckdb/node-api'

/** The names of day files whose consumers' first requests are in the table `first_seen`. */
export async function readFirstSeenFiles(connection: DuckDBConnection): Promise<ReadonlySet<string>> {
  const rows = await connection.runAndReadAll('SELECT name FROM first_seen_files')
  return new Set(rows.getRows().map(([name]) => String(name)))
}

/**
 * Keeps the first requests of a day file's consumers where no earlier ones are known.
 * @param events - its events, to select from
 */
export async function addFirstSeen(connection: DuckDBConnection, name: string, events: string): Promise<void> {
  await forgetFirstSeen(connection, name)
  await connection.run('INSERT INTO first_seen_files VALUES ($1)', [name])
  await connection.run(`
    CREATE OR REPLACE TEMP TABLE firsts AS
    SELECT "projectId" AS project_id, "consumerKind" AS kind, consumer, min("time") AS "time" FROM ${events}
    WHERE "consumerKind" <> 'unknown' AND consumer IS NOT NULL GROUP BY ALL`)
  await connection.run('DELETE FROM first_seen USING firsts WHERE first_seen.project_id = firsts.project_id AND first_seen.kind = firsts.kind AND first_seen.consumer = firsts.consumer AND first_seen."time" > firsts."time"')
  await connection.run('INSERT INTO first_seen BY NAME SELECT * FROM firsts ANTI JOIN first_seen USING (project_id, kind, consumer)')
  await connection.run('DROP TABLE firsts')
}

/** Forgets that a day file was gone through. What it taught stays: its events may be in another file now. */
export async function forgetFirstSeen(connection: DuckDBConnection, name: string): Promise<void> {
  await connection.run('DELETE FROM first_seen_files WHERE name = $1', [name])
}
