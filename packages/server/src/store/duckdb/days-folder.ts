import { mkdir, readdir, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { Failpoints } from '../../failpoints.ts'
import { syncFile, syncFolder } from '../../files/sync.ts'
import type { DayFile } from './day-files.ts'
import { EVENT_COLUMN_LIST } from './event-table.ts'
import { quoteText } from './quote-text.ts'

/** The folder of day files. */
export interface DaysFolder {
  /** Writes the events of a day that a statement selects, and returns once they are on disk and were read back. */
  write(connection: DuckDBConnection, day: number, select: string): Promise<DayFile>
  /** The events of files, as something to select from. */
  toSource(files: readonly DayFile[]): string
  /** Whether a file is there and as long as it was. */
  holds(file: DayFile): Promise<boolean>
  isEmpty(): Promise<boolean>
  /** Removes every day file that is not named. What others have put there stays. */
  sweep(names: ReadonlySet<string>): Promise<void>
}

export const DAY_MS = 86_400_000

const NAME = /^\d+-\d\d-\d\d\.(\d+)\.parquet$/

export async function openDaysFolder(folder: string, failpoint: Failpoints): Promise<DaysFolder> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const list = async () => (await readdir(folder)).filter((name) => NAME.test(name))
  const numbers = (await list()).map((name) => Number(NAME.exec(name)?.[1]))
  let lastNumber = numbers.reduce((last, number) => Math.max(last, number), 0)
  const hasBytes = async (name: string, bytes: number) => (await stat(join(folder, name)).catch(() => null))?.size === bytes
  const toSource = (names: readonly string[]) => `read_parquet([${names.map((name) => quoteText(join(folder, name))).join(', ')}])`

  return {
    async write(connection, day, select) {
      const date = new Date(day * DAY_MS).toISOString().split('T', 1)[0] ?? ''
      const name = `${date}.${String(++lastNumber).padStart(6, '0')}.parquet`
      const path = join(folder, name)
      // As they arrived, which is nearly by time: the bounds of its row groups say what a question can pass over, and v2 keeps
      // ids and times as differences.
      await connection.run(`COPY (SELECT ${EVENT_COLUMN_LIST} FROM (${select})) TO ${quoteText(path)} (FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd)`)
      failpoint('days.written')
      await syncFile(path)
      await syncFolder(folder)
      failpoint('days.synced')
      const expected = await digest(connection, select)
      const written = await digest(connection, `SELECT * FROM ${toSource([name])}`)
      if (written.events !== expected.events || written.hash !== expected.hash) throw new Error(`${path} does not hold what was written to it`)
      const { events, firstTime, lastTime, projects } = written
      return { name, day, events, bytes: (await stat(path)).size, firstTime, lastTime, projects }
    },
    toSource: (files) => toSource(files.map(({ name }) => name)),
    holds: (file) => hasBytes(file.name, file.bytes),
    isEmpty: async () => (await list()).length === 0,
    async sweep(names) {
      for (const name of await list()) if (!names.has(name)) await unlink(join(folder, name))
    },
  }
}

interface Digest extends Pick<DayFile, 'events' | 'firstTime' | 'lastTime' | 'projects'> {
  /** Of all events, in any order. */
  readonly hash: string
}

async function digest(connection: DuckDBConnection, select: string): Promise<Digest> {
  const rows = await connection.runAndReadAll(`
    SELECT count(*), bit_xor(hash(event)), min("time"), max("time"), to_json(list_sort(list(DISTINCT "projectId")))
    FROM (SELECT ${EVENT_COLUMN_LIST} FROM (${select})) event`)
  const [events, hash, firstTime, lastTime, projects] = rows.getRows()[0] ?? []
  return {
    events: Number(events),
    hash: String(hash),
    firstTime: Number(firstTime),
    lastTime: Number(lastTime),
    // Boundary: a list of integers.
    projects: JSON.parse(String(projects ?? '[]')) as number[],
  }
}
