import type { Database } from '../database/database.ts'

/** A backup that was made, wherever it is by now. */
export interface BackupRecord {
  /** When it was begun, milliseconds since 1970: it may hold anything from before. */
  readonly startedAt: number
  /** When it was whole, milliseconds since 1970: it holds nothing from after. */
  readonly madeAt: number
  /** The folder that it was written to. */
  readonly place: string
}

/** Which backups were made. What was removed since is still in them. */
export interface Backups {
  add(backup: BackupRecord): Promise<void>
  /** Newest first; of those written to one folder only the last. */
  list(): Promise<readonly BackupRecord[]>
}

/** More would name places that nobody knows any more. */
const MAX_KEPT = 1_000

export function createBackups(database: Database): Backups {
  return {
    add: ({ startedAt, madeAt, place }) =>
      database.transaction(async ({ query }) => {
        await query(
          'INSERT INTO backups (place, started_at, made_at) VALUES ($1, $2, $3) ON CONFLICT (place) DO UPDATE SET started_at = excluded.started_at, made_at = excluded.made_at',
          [place, startedAt, madeAt],
        )
        await query('DELETE FROM backups WHERE place NOT IN (SELECT place FROM backups ORDER BY made_at DESC LIMIT $1)', [MAX_KEPT])
      }),
    list: async () =>
      (await database.query('SELECT place, started_at, made_at FROM backups ORDER BY made_at DESC')).map((row) => ({
        startedAt: Number(row['started_at']),
        madeAt: Number(row['made_at']),
        place: String(row['place']),
      })),
  }
}
