import type { Database } from '../database/database.ts'
import { PERSON_COLUMNS, toPerson } from './people.ts'
import type { Person } from './person.ts'
import { digestOf, issueToken } from './token.ts'

/** A session ends when nobody used it for this long, */
export const SESSION_IDLE_MS = 8 * 3_600_000
/** and this long after the login in any case. */
export const SESSION_MAX_MS = 7 * 86_400_000
/** Of so many of one person the oldest ends. */
const MAX_SESSIONS = 20
/** A use is written down this often at most. */
const TOUCH_INTERVAL_MS = 60_000

/** Who is logged in. A session is known by its token, of which only a digest is kept. */
export interface Sessions {
  /** Begins a session and answers with its token, which is not kept. */
  open(personId: number): Promise<string>
  /** Whose session it is; `null` when it is none or has ended. */
  find(token: string): Promise<Person | null>
  end(token: string): Promise<void>
  /** Ends all sessions of a person. */
  endAll(personId: number): Promise<void>
}

/** @param now - milliseconds since 1970 */
export function createSessions(database: Database, pepper: Buffer, now: () => number = Date.now): Sessions {
  return {
    async open(personId) {
      const { token, digest } = issueToken('session', pepper)
      const at = now()
      await database.query('DELETE FROM sessions WHERE ends_at <= $1 OR seen_at <= $2', [at, at - SESSION_IDLE_MS])
      await database.query('INSERT INTO sessions (digest, person_id, created_at, seen_at, ends_at) VALUES ($1, $2, $3, $3, $4)', [
        digest,
        personId,
        at,
        at + SESSION_MAX_MS,
      ])
      await database.query(
        `DELETE FROM sessions WHERE person_id = $1 AND digest NOT IN
           (SELECT digest FROM sessions WHERE person_id = $1 ORDER BY created_at DESC, digest LIMIT ${MAX_SESSIONS})`,
        [personId],
      )
      return token
    },
    async find(token) {
      const digest = digestOf('session', token, pepper)
      const at = now()
      const rows = await database.query(
        `SELECT ${PERSON_COLUMNS}, sessions.seen_at FROM sessions JOIN people ON people.id = sessions.person_id
         LEFT JOIN grants ON grants.person_id = people.id
         WHERE sessions.digest = $1 AND sessions.ends_at > $2 AND sessions.seen_at > $3`,
        [digest, at, at - SESSION_IDLE_MS],
      )
      const [row] = rows
      if (row === undefined) return null
      if (Number(row['seen_at']) <= at - TOUCH_INTERVAL_MS)
        await database.query('UPDATE sessions SET seen_at = $1 WHERE digest = $2 AND seen_at < $1', [at, digest])
      return toPerson(rows)
    },
    async end(token) {
      await database.query('DELETE FROM sessions WHERE digest = $1', [digestOf('session', token, pepper)])
    },
    async endAll(personId) {
      await database.query('DELETE FROM sessions WHERE person_id = $1', [personId])
    },
  }
}
