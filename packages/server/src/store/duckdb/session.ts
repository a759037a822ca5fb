import type { DuckDBConnection } from '@duckdb/node-api'
import { openCells, type FileCells } from './cells/cells-database.ts'
import type { CellRules } from './cells/sum-up.ts'
import { openDatabase, type DatabaseOptions } from './database.ts'
import { readDayFiles, type DayFile } from './day-files.ts'
import type { DaysFolder } from './days-folder.ts'
import { readFirstSeenFiles } from './first-seen.ts'
import { inTransaction } from './in-transaction.ts'
import { createQueryPool, type QueryPool, type QueryPoolOptions } from './query-pool.ts'

/** A day file that is there. */
export interface PresentFile extends DayFile {
  /** `null` until they were made: those of a file from before, or whose cells were lost. */
  readonly cells: FileCells | null
  /** Whether the first requests of its consumers are known without reading it. */
  readonly hasFirstSeen: boolean
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
  /** Makes the cells of a file before it is registered. A file without is answered from its events. */
  readonly sumUp: (file: DayFile) => Promise<void>
  /** Makes those of a registered file that lacks them, while the loader goes on. Resolves with whether there was one. */
  readonly sumUpNext: () => Promise<boolean>
  /** Says which files are registered; cells of others go sooner or later, or with `erase` at once and to the last byte. */
  readonly keepCells: (files: readonly DayFile[], erase: boolean) => Promise<void>
  readonly close: () => Promise<void>
}

/** How many questions may run, and what else bounds them. */
export interface QuestionLimits extends Omit<QueryPoolOptions, 'connections'> {
  readonly maxRunning: number
}

export interface SessionOptions extends DatabaseOptions {
  readonly cellRules: CellRules
}

export async function openSession({ cellRules, ...options }: SessionOptions, folder: DaysFolder, { maxRunning, ...limits }: QuestionLimits): Promise<Session> {
  const database = await openDatabase(options, maxRunning)
  try {
    const writer = await database.connect()
    const missing = new Set<string>()
    for (const file of await readDayFiles(writer)) if (!(await folder.holds(file))) missing.add(file.name)
    const cells = await openCells(await database.connect(), options.dataDir, cellRules, (file) => folder.toSource([file]))
    const readPresent = async (): Promise<readonly PresentFile[]> => {
      const firstSeen = await readFirstSeenFiles(writer)
      const files = (await readDayFiles(writer)).filter(({ name }) => !missing.has(name))
      return files.map((file) => ({ ...file, cells: cells.of(file), hasFirstSeen: firstSeen.has(file.name) }))
    }
    let dayFiles = await readPresent()
    const pool = createQueryPool({ ...limits, connections: database.askers })
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
      sumUp: async (file) => void (await cells.add(() => file)),
      async sumUpNext() {
        let taken: DayFile | null = null
        const isHere = () => dayFiles.some(({ name }) => name === taken?.name)
        const added = await cells
          .add(() => (taken = dayFiles.find((file) => cells.of(file) === null) ?? null))
          // One that was taken into another meanwhile leaves the next to be done.
          .catch((error: unknown) => (isHere() ? Promise.reject(error) : true))
        // Not read from the database, where a transaction may be on its way.
        dayFiles = dayFiles.map((file) => ({ ...file, cells: cells.of(file) }))
        return added
      },
      keepCells: (files, erase) =>
        cells.keep(files, erase, (swap) =>
          pool.between(async () => {
            try {
              await swap()
            } finally {
              dayFiles = await readPresent()
            }
          }),
        ),
      async close() {
        await pool.close()
        await cells.close()
        writer.closeSync()
        database.close()
      },
    }
  } catch (error) {
    database.close()
    throw error
  }
}
