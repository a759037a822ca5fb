import type { DuckDBConnection } from '@duckdb/node-api'
import { openDatabase, type DatabaseOptions } from './database.ts'
import { readCellsFiles, type CellsFile } from './cells/cells-files.ts'
import { readDayFiles, type DayFile } from './day-files.ts'
import type { DaysFolder } from './days-folder.ts'
import { inTransaction } from './in-transaction.ts'
import { createQueryPool, type QueryPool, type QueryPoolOptions } from './query-pool.ts'

/** A day file that is there. */
export interface PresentFile extends DayFile {
  /** `null` until they were made: those of a file from before, or whose own file was lost. */
  readonly cells: CellsFile | null
}

/** The open database with its one writing connection and those for questions. */
export interface Session {
  readonly writer: DuckDBConnection
  readonly pool: QueryPool
  /** The files that hold events beside the table, as far as they are there. */
  readonly dayFiles: () => readonly PresentFile[]
  /** How many of them were not when the database was opened. */
  readonly missingFiles: () => number
  /** Runs statements that move events between table and files as one, while no question runs: each event is seen once. */
  readonly changeDayFiles: (work: () => Promise<void>) => Promise<void>
  readonly close: () => Promise<void>
}

export async function openSession(options: DatabaseOptions, folder: DaysFolder, limits: Omit<QueryPoolOptions, 'connect'>): Promise<Session> {
  const database = await openDatabase(options)
  try {
    const writer = await database.connect()
    const missing = new Set<string>()
    for (const file of await readDayFiles(writer)) if (!(await folder.holds(file))) missing.add(file.name)
    const readPresent = async (): Promise<readonly PresentFile[]> => {
      const cellsFiles = await readCellsFiles(writer)
      const files = (await readDayFiles(writer)).filter(({ name }) => !missing.has(name))
      return Promise.all(
        files.map(async (file) => {
          const cells = cellsFiles.get(file.name) ?? null
          return { ...file, cells: cells !== null && (await folder.holdsCells(file, cells)) ? cells : null }
        }),
      )
    }
    let dayFiles = await readPresent()
    const pool = await createQueryPool({ ...limits, connect: database.connect })
    return {
      writer,
      pool,
      dayFiles: () => dayFiles,
      missingFiles: () => missing.size,
      changeDayFiles: (work) =>
        pool.between(async () => {
          await inTransaction(writer, work)
          dayFiles = await readPresent()
        }),
      async close() {
        await pool.close()
        writer.closeSync()
        database.close()
      },
    }
  } catch (error) {
    database.close()
    throw error
  }
}
