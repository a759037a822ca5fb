import type { Database, Row, SqlValue, Statements } from '../database/database.ts'
import { PROJECT_ROLES, ROLES, type Person, type ProjectRole, type Role } from './person.ts'

/** What a login is checked against. */
export interface Credentials {
  readonly person: Person
  /** `null` for someone who has chosen none yet, or logs in elsewhere. */
  readonly passwordHash: string | null
  readonly totpSecret: Buffer | null
}

export interface NewPerson {
  readonly email: string
  readonly role: Role
  readonly passwordHash: string | null
}

/** Who may log in, and what they may do. E-mail addresses are given as `parseEmail` makes them. */
export interface People {
  isEmpty(): Promise<boolean>
  /** In the order of their e-mail addresses. */
  list(): Promise<readonly Person[]>
  find(id: number): Promise<Person | null>
  credentials(email: string): Promise<Credentials | null>
  /** `null` where the address is taken. */
  create(person: NewPerson): Promise<Person | null>
  /** As `create`, if there is nobody yet. */
  createFirst(person: NewPerson): Promise<Person | null>
  /** Whether it was done: the last owner stays one. */
  changeRole(id: number, role: Role): Promise<boolean>
  /** Ends sessions and links too. Whether it was done: the last owner stays. */
  remove(id: number): Promise<boolean>
  /** @param role - `null` takes what was granted away */
  grant(id: number, projectId: number, role: ProjectRole | null): Promise<void>
  setPassword(id: number, passwordHash: string): Promise<void>
  /** @param secret - `null` lets the person log in without a code again */
  setTotp(id: number, secret: Buffer | null): Promise<void>
  /** Whether the code of a step of time is used for the first time, and after all that were used before. */
  useTotpStep(id: number, step: number): Promise<boolean>
  touchLogin(id: number): Promise<void>
}

/** A person with what was granted to them, a row for each grant. */
export const PERSON_COLUMNS = `people.id, people.email, people.role, people.password_hash, people.totp_secret, people.created_at,
  people.last_login_at, grants.project_id AS granted_project, grants.role AS granted_role`
const PEOPLE = `SELECT ${PERSON_COLUMNS} FROM people LEFT JOIN grants ON grants.person_id = people.id`

/** @param now - milliseconds since 1970 */
export function createPeople(database: Database, now: () => number = Date.now): People {
  const insert = async (statements: Statements, { email, role, passwordHash }: NewPerson): Promise<Person | null> => {
    const [row] = await statements.query(
      `INSERT INTO people (email, role, password_hash, totp_step, created_at) VALUES ($1, $2, $3, 0, $4)
       ON CONFLICT (email) DO NOTHING RETURNING *`,
      [email, role, passwordHash, now()],
    )
    return row === undefined ? null : toPerson([row])
  }

  /** Does something to a person unless it would leave the server without an owner. */
  const keepingAnOwner = (id: number, work: (statements: Statements) => Promise<readonly Row[]>): Promise<boolean> =>
    database.transaction(async (statements) => {
      // The rows are held to the end: of two owners who remove each other, the second finds itself the last.
      const owners = await statements.query(`UPDATE people SET role = role WHERE role = 'owner' RETURNING id`)
      if (owners.length === 1 && Number(owners[0]?.['id']) === id) return false
      return (await work(statements)).length > 0
    })

  return {
    async isEmpty() {
      return (await database.query('SELECT id FROM people LIMIT 1')).length === 0
    },
    async list() {
      const rows = await database.query(`${PEOPLE} ORDER BY people.email, grants.project_id`)
      const byPerson = new Map<number, Row[]>()
      for (const row of rows) {
        const id = Number(row['id'])
        byPerson.set(id, [...(byPerson.get(id) ?? []), row])
      }
      return [...byPerson.values()].map(toPerson)
    },
    async find(id) {
      const rows = await database.query(`${PEOPLE} WHERE people.id = $1`, [id])
      return rows.length === 0 ? null : toPerson(rows)
    },
    async credentials(email) {
      const rows = await database.query(`${PEOPLE} WHERE people.email = $1`, [email])
      const [row] = rows
      if (row === undefined) return null
      return { person: toPerson(rows), passwordHash: toText(row['password_hash']), totpSecret: toBytes(row['totp_secret']) }
    },
    create: (person) => insert(database, person),
    createFirst: (person) =>
      database.transaction(async (statements) => {
        const someone = await statements.query('SELECT id FROM people LIMIT 1')
        return someone.length > 0 ? null : insert(statements, person)
      }),
    async changeRole(id, role) {
      const change = (statements: Statements) => statements.query('UPDATE people SET role = $1 WHERE id = $2 RETURNING id', [role, id])
      return role === 'owner' ? (await change(database)).length > 0 : keepingAnOwner(id, change)
    },
    remove: (id) => keepingAnOwner(id, (statements) => statements.query('DELETE FROM people WHERE id = $1 RETURNING id', [id])),
    async grant(id, projectId, role) {
      if (role === null) await database.query('DELETE FROM grants WHERE person_id = $1 AND project_id = $2', [id, projectId])
      else
        await database.query(
          `INSERT INTO grants (person_id, project_id, role) VALUES ($1, $2, $3)
           ON CONFLICT (person_id, project_id) DO UPDATE SET role = excluded.role`,
          [id, projectId, role],
        )
    },
    async setPassword(id, passwordHash) {
      await database.query('UPDATE people SET password_hash = $1 WHERE id = $2', [passwordHash, id])
    },
    async setTotp(id, secret) {
      await database.query('UPDATE people SET totp_secret = $1, totp_step = 0 WHERE id = $2', [secret, id])
    },
    async useTotpStep(id, step) {
      const used = await database.query('UPDATE people SET totp_step = $1 WHERE id = $2 AND totp_step < $1 RETURNING id', [step, id])
      return used.length > 0
    },
    async touchLogin(id) {
      await database.query('UPDATE people SET last_login_at = $1 WHERE id = $2', [now(), id])
    },
  }
}

/** @param rows - of one person, at least one */
export function toPerson(rows: readonly Row[]): Person {
  const row = rows[0] ?? {}
  const grants = new Map<number, ProjectRole>()
  for (const { granted_project: project, granted_role: role } of rows)
    if (typeof project === 'number') grants.set(project, toWord(PROJECT_ROLES, role))
  return {
    id: Number(row['id']),
    email: String(row['email']),
    role: toWord(ROLES, row['role']),
    grants,
    hasPassword: typeof row['password_hash'] === 'string',
    hasTotp: toBytes(row['totp_secret']) !== null,
    createdAt: Number(row['created_at']),
    lastLoginAt: typeof row['last_login_at'] === 'number' ? row['last_login_at'] : null,
  }
}

function toWord<Word extends string>(words: readonly Word[], value: SqlValue | undefined): Word {
  const word = words.find((each) => each === value)
  if (word === undefined) throw new Error(`the database holds a role ${JSON.stringify(value)}, which this program does not know`)
  return word
}

function toText(value: SqlValue | undefined): string | null {
  return typeof value === 'string' ? value : null
}

function toBytes(value: SqlValue | undefined): Buffer | null {
  return value instanceof Uint8Array ? Buffer.from(value) : null
}
