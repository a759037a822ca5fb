import type { DuckDBConnection } from '@duckdb/node-api'
import { openDatabase, type DatabaseOptions } from './database.ts'
import { createQueryPool, type QueryPool, type QueryPoolOptions } from './query-pool.ts'

/** The open database with its one writing connection and those for questions. */
export interface Session {
  readonly writer: DuckDBConnection
  readonly pool: QueryPool
  close(): Promise<void>
}

export async function openSession(options: DatabaseOptions, limits: Omit<QueryPoolOptions, 'connect'>): Promise<Session> {
  const database = await openDatabase(options)
  const writer = await database.connect()
  const pool = await createQueryPool({ ...limits, connect: database.connect })
  return {
    writer,
    pool,
    async close() {
      await pool.close()
      writer.closeSync()
      database.close()
    },
  }
}

/**
 * Whether the engine has given up: after an error in a checkpoint, such as a full disk, it refuses everything until the
 * database is opened anew. What was committed is in its write-ahead log.
 */
export function isFatal(error: unknown): boolean {
  return error instanceof Error && (error.message.startsWith('FATAL Error') || error.message.includes('database has been invalidated'))
}
