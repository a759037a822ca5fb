import type { DuckDBConnection } from '@duckdb/node-api'
import type { CellCounts } from './make-cells.ts'

/** The cells of a day file, in a file beside it. */
export interface CellsFile {
  readonly rows: CellCounts
  /** Of the file; 0 when there is none, because no kind of cells would save anything. */
  readonly bytes: number
}

/** By the name of their day file. The consumers of a day file that is not among them are not in `first_seen` either. */
export async function readCellsFiles(connection: DuckDBConnection): Promise<ReadonlyMap<string, CellsFile>> {
  const rows = await connection.runAndReadAll('SELECT name, rows, bytes FROM cell_files')
  // Boundary: the text is what `addCellsFile` wrote.
  return new Map(rows.getRows().map(([name, rows, bytes]) => [String(name), { rows: JSON.parse(String(rows)) as CellCounts, bytes: Number(bytes) }]))
}

/** Says that a day file has cells, and keeps the first requests of its consumers where no earlier ones are known. */
export async function addCellsFile(connection: DuckDBConnection, name: string, { rows, bytes }: CellsFile, events: string): Promise<void> {
  await forgetCellsFile(connection, name)
  await connection.run('INSERT INTO cell_files VALUES ($1, $2, $3::BIGINT)', [name, JSON.stringify(rows), BigInt(bytes)])
  await connection.run(`
    CREATE OR REPLACE TEMP TABLE firsts AS
    SELECT "projectId" AS project_id, "consumerKind" AS kind, consumer, min("time") AS "time" FROM ${events}
    WHERE "consumerKind" <> 'unknown' AND consumer IS NOT NULL GROUP BY ALL`)
  await connection.run('DELETE FROM first_seen USING firsts WHERE first_seen.project_id = firsts.project_id AND first_seen.kind = firsts.kind AND first_seen.consumer = firsts.consumer AND first_seen."time" > firsts."time"')
  await connection.run('INSERT INTO first_seen BY NAME SELECT * FROM firsts ANTI JOIN first_seen USING (project_id, kind, consumer)')
  await connection.run('DROP TABLE firsts')
}

export async function forgetCellsFile(connection: DuckDBConnection, name: string): Promise<void> {
  await connection.run('DELETE FROM cell_files WHERE name = $1', [name])
}
