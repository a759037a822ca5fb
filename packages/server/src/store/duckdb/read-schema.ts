import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { DATABASE_NAME } from './database.ts'
import { SCHEMA_VERSION } from './migrations.ts'

/** Which schema a database has, and which this program writes. */
export interface SchemaState {
  readonly found: number
  readonly known: number
}

/** Reads a data folder's event database, on which no server runs; `null` where there is none. Rejects when it cannot be read. */
export async function readEventSchema(dataDir: string): Promise<SchemaState | null> {
  const path = join(dataDir, DATABASE_NAME)
  if ((await stat(path).catch(() => null)) === null) return null
  const instance = await DuckDBInstance.create(path, { access_mode: 'READ_ONLY', threads: '1', memory_limit: '128MiB', temp_directory: '' })
  try {
    const connection = await instance.connect()
    try {
      const rows = (await connection.runAndReadAll('SELECT max(version) FROM schema_version')).getRows()
      return { found: Number(rows[0]?.[0] ?? 0), known: SCHEMA_VERSION }
    } finally {
      connection.closeSync()
    }
  } finally {
    instance.closeSync()
  }
}
