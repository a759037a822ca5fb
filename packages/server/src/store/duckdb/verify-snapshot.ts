import { DuckDBInstance } from '@duckdb/node-api'
import { readMark, type JournalMark } from './read-mark.ts'

/** Reads every row of a copied database, and with it the checksum of every block. Rejects when it is not as expected. */
export async function verifySnapshot(path: string, expected: JournalMark): Promise<void> {
  const instance = await DuckDBInstance.create(path, { access_mode: 'READ_ONLY', threads: '1', memory_limit: '128MiB', temp_directory: '' })
  try {
    const connection = await instance.connect()
    try {
      const tables = (await connection.runAndReadAll('SELECT table_name FROM duckdb_tables()')).getRows()
      for (const [table] of tables) await connection.run(`SELECT bit_xor(hash(row)) FROM "${String(table)}" row`)
      const { segment } = await readMark(connection)
      if (segment !== expected.segment) throw new Error(`the snapshot in ${path} ends at journal segment ${segment} in place of ${expected.segment}`)
    } finally {
      connection.closeSync()
    }
  } finally {
    instance.closeSync()
  }
}
