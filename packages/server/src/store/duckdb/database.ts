import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import { toCellsFolder } from './cells/cells-database.ts'
import { migrate } from './migrations.ts'
import { quoteText } from './quote-text.ts'

export interface DatabaseOptions {
  /** The server's data folder. The database is `events.duckdb` in it; beside `journal`, `days` and `cells` it reads no folder. */
  readonly dataDir: string
  /** Bytes that the engine may use for its buffers; past it, queries spill to `duckdb-temp` in the data folder. */
  readonly memoryLimitBytes: number
  /** Threads for queries and loading together. */
  readonly threads: number
}

export interface Database {
  connect(): Promise<DuckDBConnection>
  /** Those for questions, which tell how far their statement has come. */
  readonly askers: readonly DuckDBConnection[]
  close(): void
}

export const DATABASE_NAME = 'events.duckdb'

/**
 * Opens the database file, brings its tables to this version and closes every door of the engine to the outside.
 * @param maxAskers - connections for questions
 */
export async function openDatabase({ dataDir, memoryLimitBytes, threads }: DatabaseOptions, maxAskers = 0): Promise<Database> {
  const folders = [join(dataDir, 'journal'), join(dataDir, 'days'), toCellsFolder(dataDir)]
  for (const folder of folders) await mkdir(folder, { recursive: true, mode: 0o700 })
  const instance = await DuckDBInstance.create(join(dataDir, DATABASE_NAME), {
    // Checkpoints run when the loader has time for them, not at the start or inside the commit that reaches a size.
    wal_autocheckpoint: '1TB',
    memory_limit: `${memoryLimitBytes}B`,
    threads: String(threads),
    temp_directory: join(dataDir, 'duckdb-temp'),
    // What a question no longer needs goes back to the system a second later; else only while the engine allocates.
    allocator_background_threads: 'true',
  })
  const connection = await instance.connect()
  const askers = await Promise.all(Array.from({ length: maxAskers }, () => instance.connect()))
  try {
    // Settings of a connection, which cannot be made after the others are final.
    for (const asker of askers) for (const statement of ASKER_SETTINGS) await asker.run(statement)
    for (const statement of lockDown(folders)) await connection.run(statement)
    await migrate(connection)
  } catch (error) {
    for (const each of [connection, ...askers]) each.closeSync()
    instance.closeSync()
    throw error
  }
  connection.closeSync()
  return {
    connect: () => instance.connect(),
    askers,
    close: () => instance.closeSync(),
  }
}

const ASKER_SETTINGS = ['SET parquet_metadata_cache = true', 'SET enable_progress_bar = true', 'SET enable_progress_bar_print = false', 'SET progress_bar_time = 0']

/** In this order: the last one makes the others final. */
function lockDown(folders: readonly string[]): readonly string[] {
  return [
    'SET autoinstall_known_extensions = false',
    'SET autoload_known_extensions = false',
    'SET allow_community_extensions = false',
    `SET allowed_directories = [${folders.map(quoteText).join(', ')}]`,
    'SET enable_external_access = false',
    'SET lock_configuration = true',
  ]
}
