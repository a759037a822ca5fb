import { createHash } from 'node:crypto'
import type { Database } from '../database/database.ts'

/** How often something may be tried: a number at once, and one more each so often. */
export interface AttemptRate {
  readonly burst: number
  readonly everyMs: number
}

/**
 * Counts attempts by what they were made on, in all processes that share the database and across their starts.
 * Subjects are kept as digests: who tried is nobody's to read.
 */
export interface Attempts {
  /** Takes one attempt. 0 when there was one left, else the milliseconds until there is. */
  take(subject: string, rate: AttemptRate): Promise<number>
  /** Gives all attempts back. */
  forgive(subject: string): Promise<void>
}

/** @param now - milliseconds since 1970 */
export function createAttempts(database: Database, now: () => number = Date.now): Attempts {
  return {
    async take(subject, { burst, everyMs }) {
      const [at, key] = [now(), toKey(subject)]
      await database.query('DELETE FROM attempts WHERE full_at <= $1', [at])
      const taken = await database.query(
        `INSERT INTO attempts (subject, full_at) VALUES ($1, $2)
         ON CONFLICT (subject) DO UPDATE SET full_at = attempts.full_at + $3 WHERE attempts.full_at <= $4 RETURNING full_at`,
        [key, at + everyMs, everyMs, at + (burst - 1) * everyMs],
      )
      if (taken.length > 0) return 0
      const [row] = await database.query('SELECT full_at FROM attempts WHERE subject = $1', [key])
      return Math.max(1, Number(row?.['full_at'] ?? 0) - at - (burst - 1) * everyMs)
    },
    async forgive(subject) {
      await database.query('DELETE FROM attempts WHERE subject = $1', [toKey(subject)])
    },
  }
}

function toKey(subject: string): string {
  return createHash('sha256').update(subject).digest('hex')
}
