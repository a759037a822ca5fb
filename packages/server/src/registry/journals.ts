import type { Database } from '../database/database.ts'

/** The journals of the servers that share a store. */
export interface Journals {
  /** The number of a journal, drawn when its server first asks, and never given to another. */
  number(owner: string): Promise<number>
  /** Tells until when all that a journal's server has acknowledged is in answers, milliseconds since 1970. */
  tell(owner: string, completeUntil: number): Promise<void>
  /**
   * Until when all that servers have acknowledged is in answers, as far as they were heard of within a time; `null` where none was.
   * @param except - a journal that is left out
   */
  completeUntil(except: string | null, heardWithinMs: number): Promise<number | null>
  /** Servers that ended without having stored all, so far as is known, and were not heard of for a time. */
  silent(forMs: number): Promise<readonly SilentJournal[]>
}

export interface SilentJournal {
  readonly owner: string
  /** Milliseconds since 1970. */
  readonly seenAt: number
}

/** What a server tells that has stored all that it ever acknowledged, and takes no more. */
export const ALL_STORED = Number.MAX_SAFE_INTEGER

export function createJournals(database: Database): Journals {
  const { nowMs } = database.words
  return {
    async number(owner) {
      const [row] = await database.query(
        // Nothing changes but who asks: the row must come back also when it was there.
        `INSERT INTO journals (owner, complete_until, seen_at) VALUES ($1, $2, ${nowMs})
         ON CONFLICT (owner) DO UPDATE SET seen_at = excluded.seen_at RETURNING number`,
        [owner, ALL_STORED],
      )
      return Number(row?.['number'])
    },
    async tell(owner, completeUntil) {
      await database.query(`UPDATE journals SET complete_until = $2, seen_at = ${nowMs} WHERE owner = $1`, [owner, completeUntil])
    },
    async completeUntil(except, heardWithinMs) {
      const [row] = await database.query(
        `SELECT MIN(complete_until) AS complete_until FROM journals WHERE owner <> $1 AND seen_at > ${nowMs} - $2 AND complete_until < $3`,
        [except ?? '', heardWithinMs, ALL_STORED],
      )
      const until = row?.['complete_until']
      return typeof until === 'number' ? until : null
    },
    async silent(forMs) {
      const rows = await database.query(`SELECT owner, seen_at FROM journals WHERE seen_at < ${nowMs} - $1 AND complete_until < $2 ORDER BY seen_at`, [forMs, ALL_STORED])
      return rows.map((row) => ({ owner: String(row['owner']), seenAt: Number(row['seen_at']) }))
    },
  }
}
