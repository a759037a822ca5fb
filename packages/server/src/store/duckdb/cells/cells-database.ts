import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { syncFolder } from '../../../files/sync.ts'
import type { DayFile } from '../day-files.ts'
import { inTransaction } from '../in-transaction.ts'
import { quoteText } from '../quote-text.ts'
import { CELLS_VERSION, toCreateStatements } from './cells-schema.ts'
import { copyCells } from './copy-cells.ts'
import { sumUp, type CellCounts, type CellRules } from './sum-up.ts'

/** The cells of a day file. */
export interface FileCells {
  /** The number by which cells name the file; ascending, never used twice in one database of cells. */
  readonly file: number
  readonly rows: CellCounts
}

/**
 * The cells of all day files, in a database of their own that is attached as `cells`. Nothing in it must last: it is made
 * anew from day files when it is lost, damaged or of another version, and no snapshot holds it. A question names the files
 * whose cells it counts, so that the two databases may be changed one after the other.
 */
export interface CellsDatabase {
  /** `null` while a file is not summed up. */
  of(file: DayFile): FileCells | null
  /**
   * Sums up a file that lacks cells; `null` does nothing. It counts when it is registered, before or after. Files are taken one
   * after another: which one is asked when its turn comes.
   * @returns whether there was one
   */
  add(next: () => DayFile | null): Promise<boolean>
  /**
   * Says which files count. The cells of others go with the next copy, which is made when they are many, or at once
   * with `erase`: then no byte of them is left on the disk.
   * @param swap - runs something while no question does
   */
  keep(files: readonly DayFile[], erase: boolean, swap: (work: () => Promise<void>) => Promise<void>): Promise<void>
  /** Stops what is under way. */
  close(): Promise<void>
}

/** The folder of the cells in the data folder. */
export function toCellsFolder(dataDir: string): string {
  return join(dataDir, 'cells')
}

export function toCellsFile(dataDir: string): string {
  return join(toCellsFolder(dataDir), 'cells.duckdb')
}

/**
 * Attaches the cells, or empty ones where they cannot be used.
 * @param writer - a connection of their own: the loader goes on while a file is summed up
 * @param toSource - selects the events of a file
 */
export async function openCells(writer: DuckDBConnection, dataDir: string, rules: CellRules, toSource: (file: DayFile) => string): Promise<CellsDatabase> {
  const folder = toCellsFolder(dataDir)
  const [path, draft] = [toCellsFile(dataDir), join(folder, 'draft.duckdb')]
  await mkdir(folder, { recursive: true, mode: 0o700 })

  // Without a write-ahead log: what was not checkpointed is made anew.
  const attach = (file: string, name: string) => writer.run(`ATTACH ${quoteText(file)} AS ${name} (RECOVERY_MODE no_wal_writes)`)
  const detach = (name: string) => writer.run(`DETACH DATABASE IF EXISTS ${name}`)
  const [[events] = []] = (await writer.runAndReadAll('SELECT current_database()')).getRows()
  // A transaction looks names up in the database in use, and so begins there too: in that of events it would keep the loader's
  // updates from being checkpointed for as long as a file is summed up.
  const takeOn = async (file: string) => {
    await attach(file, 'cells')
    await writer.run('USE cells')
  }
  const letGo = async () => {
    await writer.run(`USE "${String(events)}"`)
    await detach('cells')
  }
  let files = await open()

  async function open(): Promise<Map<string, KnownFile>> {
    await rm(draft, { force: true })
    try {
      await takeOn(path)
      return await readFiles()
    } catch {
      await letGo()
      await rm(path, { force: true })
      await takeOn(path)
      await create('cells')
      return new Map()
    }
  }

  async function create(name: string): Promise<void> {
    await inTransaction(writer, async () => {
      for (const statement of toCreateStatements(name)) await writer.run(statement)
    })
    await writer.run(`CHECKPOINT ${name}`)
  }

  async function readFiles(): Promise<Map<string, KnownFile>> {
    const [version] = (await writer.runAndReadAll('SELECT version FROM cells.about')).getRows()
    if (version?.[0] !== CELLS_VERSION) throw new Error('the cells are of another version')
    const rows = (await writer.runAndReadAll('SELECT file, name, events, bytes, rows FROM cells.files ORDER BY file')).getRows()
    // Boundary: the text is what `add` wrote.
    return new Map(rows.map(([file, name, events, bytes, text]) => [String(name), { file: Number(file), events: Number(events), bytes: Number(bytes), rows: JSON.parse(String(text)) as CellCounts }]))
  }

  function find(file: DayFile): FileCells | null {
    if (file.events < rules.minEvents) return NO_CELLS
    const known = files.get(file.name)
    return known !== undefined && known.events === file.events && known.bytes === file.bytes ? known : null
  }

  async function add(file: DayFile): Promise<void> {
    const number = Math.max(0, ...[...files.values()].map((known) => known.file)) + 1
    const rows = await inTransaction(writer, async () => {
      const counts = await sumUp(writer, number, toSource(file), file.events, rules)
      await writer.run('INSERT INTO cells.files VALUES ($1, $2, $3::BIGINT, $4::BIGINT, $5)', [number, file.name, BigInt(file.events), BigInt(file.bytes), JSON.stringify(counts)])
      return counts
    })
    files.set(file.name, { file: number, events: file.events, bytes: file.bytes, rows })
    await writer.run('CHECKPOINT cells')
  }

  /** The numbers of files that count, and whether the cells of others are to go. */
  function judge(present: readonly DayFile[], erase: boolean): { readonly kept: ReadonlySet<number>; readonly isDue: boolean } {
    const kept = new Set(present.flatMap((file) => find(file)?.file ?? []))
    const sizes = [...files.values()].map(({ file, rows }) => ({ isKept: kept.has(file), cells: 1 + Object.values(rows).reduce((sum, each) => sum + each.rows, 0) }))
    const sum = (isKept: boolean) => sizes.reduce((total, each) => total + (each.isKept === isKept ? each.cells : 0), 0)
    return { kept, isDue: sum(false) > 0 && (erase || sum(false) > sum(true)) }
  }

  /** One thing at a time is done to the cells. */
  let turn: Promise<unknown> = Promise.resolve()
  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const mine = turn.then(work)
    turn = mine.catch(() => undefined)
    return mine
  }

  return {
    of: find,
    add: (next) =>
      inTurn(async () => {
        const file = next()
        if (file === null || find(file) !== null) return false
        await add(file)
        return true
      }),
    async keep(present, erase, swap) {
      // What is being summed up is waited for only where something is to go: it may be of a file that is gone.
      if (!erase && !judge(present, erase).isDue) return
      await inTurn(async () => {
        const { kept, isDue } = judge(present, erase)
        if (!isDue) return
        await rm(draft, { force: true })
        await attach(draft, 'draft')
        try {
          await create('draft')
          await copyCells(writer, [...kept])
          await writer.run('CHECKPOINT draft')
        } finally {
          await detach('draft')
        }
        await swap(async () => {
          files = new Map()
          await letGo()
          await rename(draft, path)
          await syncFolder(folder)
          files = await open()
        })
      })
    },
    async close() {
      writer.interrupt()
      await turn
      writer.closeSync()
    },
  }
}

/** Events of so small a file are passed over in no time. */
const NO_CELLS: FileCells = { file: 0, rows: {} }

interface KnownFile extends FileCells {
  readonly events: number
  readonly bytes: number
}
