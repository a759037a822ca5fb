import type { Database } from '../database/database.ts'
import type { NewPerson } from './people.ts'
import { digestOf, issueToken } from './token.ts'

/** Links that let somebody in once, to choose a password. Only digests of their tokens are kept. */
export interface Links {
  /** The token of a link that makes the first person of this server. */
  issueSetUp(ttlMs: number): Promise<string>
  /** The token of a link for a person; what was issued to them before no longer works. */
  issue(personId: number, ttlMs: number): Promise<string>
  /** Whether the token is of a set-up link that works. */
  isSetUp(token: string): Promise<boolean>
  /** Makes the first person and ends all set-up links. The id, `null` where the link does not work or there is somebody. */
  useSetUp(token: string, person: NewPerson): Promise<number | null>
  /** Whose link it is; `null` when it does not work. */
  find(token: string): Promise<number | null>
  /** Ends the link and sets the password. Whose it is, `null` when it does not work, as of two that use it at once. */
  use(token: string, passwordHash: string): Promise<number | null>
}

/** @param now - milliseconds since 1970 */
export function createLinks(database: Database, pepper: Buffer, now: () => number = Date.now): Links {
  const digest = (token: string) => digestOf('link', token, pepper)
  const insert = 'INSERT INTO links (digest, person_id, ends_at) VALUES ($1, $2, $3)'

  return {
    async issueSetUp(ttlMs) {
      const issued = issueToken('link', pepper)
      await database.query('DELETE FROM links WHERE ends_at <= $1', [now()])
      await database.query(insert, [issued.digest, null, now() + ttlMs])
      return issued.token
    },
    issue: (personId, ttlMs) =>
      database.transaction(async (statements) => {
        const issued = issueToken('link', pepper)
        await statements.query('DELETE FROM links WHERE person_id = $1 OR ends_at <= $2', [personId, now()])
        await statements.query(insert, [issued.digest, personId, now() + ttlMs])
        return issued.token
      }),
    async isSetUp(token) {
      const rows = await database.query('SELECT digest FROM links WHERE digest = $1 AND person_id IS NULL AND ends_at > $2', [digest(token), now()])
      return rows.length > 0
    },
    useSetUp: (token, { email, role, passwordHash }) =>
      database.transaction(async (statements) => {
        const [used] = await statements.query('SELECT digest FROM links WHERE digest = $1 AND person_id IS NULL AND ends_at > $2', [digest(token), now()])
        // Of two that use two links at once, the second waits here and then finds neither.
        const ended = await statements.query('DELETE FROM links WHERE person_id IS NULL RETURNING digest')
        if (used === undefined || ended.length === 0) return null
        const [row] = await statements.query(
          `INSERT INTO people (email, role, password_hash, totp_step, created_at)
           SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), CAST($3 AS TEXT), 0, CAST($4 AS ${database.words.integer})
           WHERE NOT EXISTS (SELECT id FROM people) RETURNING id`,
          [email, role, passwordHash, now()],
        )
        return row === undefined ? null : Number(row['id'])
      }),
    async find(token) {
      const [row] = await database.query('SELECT person_id FROM links WHERE digest = $1 AND person_id IS NOT NULL AND ends_at > $2', [digest(token), now()])
      return row === undefined ? null : Number(row['person_id'])
    },
    use: (token, passwordHash) =>
      database.transaction(async (statements) => {
        const [row] = await statements.query('DELETE FROM links WHERE digest = $1 AND person_id IS NOT NULL AND ends_at > $2 RETURNING person_id', [
          digest(token),
          now(),
        ])
        if (row === undefined) return null
        const personId = Number(row['person_id'])
        await statements.query('UPDATE people SET password_hash = $1 WHERE id = $2', [passwordHash, personId])
        await statements.query('DELETE FROM sessions WHERE person_id = $1', [personId])
        return personId
      }),
  }
}
