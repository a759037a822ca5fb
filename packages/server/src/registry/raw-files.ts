import { EXPORT_FORMATS, type RawFiles } from '@wayside/protocol'
import type { Database, Row } from '../database/database.ts'

/** Which projects have files of days and months made. */
export interface RawFilesTable {
  of(projectId: number): Promise<RawFiles>
  set(projectId: number, files: RawFiles): Promise<void>
  /** Those of projects that have any. */
  all(): Promise<ReadonlyMap<number, RawFiles>>
}

const NONE: RawFiles = Object.freeze({ daily: false, monthly: false, format: 'zip' })

export function createRawFilesTable(database: Database): RawFilesTable {
  return {
    async of(projectId) {
      const [row] = await database.query('SELECT * FROM raw_files WHERE project_id = $1', [projectId])
      return row === undefined ? NONE : toRawFiles(row)
    },
    async set(projectId, { daily, monthly, format }) {
      await database.query(
        `INSERT INTO raw_files (project_id, daily, monthly, format) VALUES ($1, $2, $3, $4)
         ON CONFLICT (project_id) DO UPDATE SET daily = excluded.daily, monthly = excluded.monthly, format = excluded.format`,
        [projectId, Number(daily), Number(monthly), format],
      )
    },
    async all() {
      const rows = await database.query('SELECT * FROM raw_files WHERE daily = 1 OR monthly = 1')
      return new Map(rows.map((row) => [Number(row['project_id']), toRawFiles(row)]))
    },
  }
}

function toRawFiles(row: Row): RawFiles {
  const format = EXPORT_FORMATS.find((each) => each === row['format'])
  if (format === undefined) throw new Error(`raw files have the format ${JSON.stringify(row['format'])}, which this program does not know`)
  return { daily: row['daily'] === 1, monthly: row['monthly'] === 1, format }
}
