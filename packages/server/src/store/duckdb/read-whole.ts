import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'

/** Reads every row of a database that nobody writes, and with it the checksum of every block. Rejects when one is wrong. */
export async function readWhole<Result>(path: string, look: (connection: DuckDBConnection) => Promise<Result>): Promise<Result> {
  const instance = await DuckDBInstance.create(path, { access_mode: 'READ_ONLY', threads: '1', memory_limit: '128MiB', temp_directory: '' })
  try {
    const connection = await instance.connect()
    try {
      const tables = (await connection.runAndReadAll('SELECT table_name FROM duckdb_tables()')).getRows()
      for (const [table] of tables) await connection.run(`SELECT bit_xor(hash(row)) FROM "${String(table)}" row`)
      return await look(connection)
    } finally {
      connection.closeSync()
    }
  } finally {
    instance.closeSync()
  }
}
