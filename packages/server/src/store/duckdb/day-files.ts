import type { DuckDBConnection } from '@duckdb/node-api'
import { forgetFirstSeen } from './first-seen.ts'

/**
 * An immutable file with events of one day (UTC), in the folder `days`. Several files may hold parts of one day; each
 * event is in one of them, or in the table `events` until it moves.
 */
export interface DayFile {
  /** Name in the folder, such as `2026-01-02.000017.parquet`. Its number is never used twice. */
  readonly name: string
  /** Days since 1970. */
  readonly day: number
  readonly events: number
  readonly bytes: number
  /** The least and the greatest `time` in it, milliseconds since 1970. */
  readonly firstTime: number
  readonly lastTime: number
  /** Projects that have events in it. */
  readonly projects: readonly number[]
}

/** The files that hold the events of this database. A file that is not among them does not count, whatever is in it. */
export async function readDayFiles(connection: DuckDBConnection): Promise<readonly DayFile[]> {
  const rows = await connection.runAndReadAll('SELECT name, day, events, bytes, first_time, last_time, to_json(projects) FROM day_files ORDER BY day, name')
  return rows.getRows().map(([name, day, events, bytes, firstTime, lastTime, projects]) => ({
    name: String(name),
    day: Number(day),
    events: Number(events),
    bytes: Number(bytes),
    firstTime: Number(firstTime),
    lastTime: Number(lastTime),
    // Boundary: the column is a list of integers.
    projects: JSON.parse(String(projects)) as number[],
  }))
}

export async function addDayFile(connection: DuckDBConnection, file: DayFile): Promise<void> {
  await connection.run('INSERT INTO day_files VALUES ($1, $2::INTEGER, $3::BIGINT, $4::BIGINT, $5::BIGINT, $6::BIGINT, from_json($7, \'["INTEGER"]\'))', [
    file.name,
    file.day,
    BigInt(file.events),
    BigInt(file.bytes),
    BigInt(file.firstTime),
    BigInt(file.lastTime),
    JSON.stringify(file.projects),
  ])
}

export async function forgetDayFile(connection: DuckDBConnection, file: DayFile): Promise<void> {
  await connection.run('DELETE FROM day_files WHERE name = $1', [file.name])
  await forgetFirstSeen(connection, file.name)
}
