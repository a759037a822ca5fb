import type { DuckDBConnection } from '@duckdb/node-api'

/** Runs statements as one: all of them count, or none. */
export async function inTransaction<Result>(connection: DuckDBConnection, work: () => Promise<Result>): Promise<Result> {
  await connection.run('BEGIN')
  try {
    const result = await work()
    await connection.run('COMMIT')
    return result
  } catch (error) {
    // A failed COMMIT has rolled back already; what matters is the first error.
    await connection.run('ROLLBACK').catch(() => undefined)
    throw error
  }
}
