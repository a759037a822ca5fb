import type { Database } from '../database/database.ts'
import type { AuditLog } from './audit-log.ts'
import type { OpenIdClaims } from './open-id.ts'
import type { People } from './people.ts'
import { ROLES, type Person, type Role } from './person.ts'

/** Who people are at a provider. */
export interface Identities {
  /**
   * The person whom a provider has let in: the one that it was before, else the one who was invited by that e-mail
   * address, else, where groups have roles, somebody new. `null` for who may not log in. Groups decide the role each time.
   */
  admit(claims: OpenIdClaims): Promise<Person | null>
  /** The id of a person that a provider knows. */
  find(issuer: string, subject: string): Promise<number | null>
}

export interface IdentityParts {
  readonly database: Database
  readonly people: People
  readonly audit: AuditLog
  /** Roles by group; empty where groups decide nothing. */
  readonly roles: ReadonlyMap<string, Role>
}

export function createIdentities({ database, people, audit, roles }: IdentityParts): Identities {
  const find: Identities['find'] = async (issuer, subject) => {
    const [row] = await database.query('SELECT person_id FROM identities WHERE issuer = $1 AND subject = $2', [issuer, subject])
    return row === undefined ? null : Number(row['person_id'])
  }

  /** The person of an address that the provider vouches for, made when their groups let them in. */
  const findOrCreate = async (email: string, role: Role | null): Promise<Person | null> => {
    const known = await people.credentials(email)
    if (known !== null || role === null) return known?.person ?? null
    const person = await people.create({ email, role, passwordHash: null })
    if (person !== null) await audit.append({ actor: 'server', action: 'person-invited', subject: `person:${person.id} ${email} as ${role}, by groups` })
    return person
  }

  return {
    find,
    async admit({ issuer, subject, email, groups }) {
      const role = ROLES.find((each) => groups.some((group) => roles.get(group) === each)) ?? null
      // Who is in none of the groups any more is out, also if they were in before.
      if (roles.size > 0 && role === null) return null
      const id = await find(issuer, subject)
      const person = id !== null ? await people.find(id) : email === null ? null : await findOrCreate(email, role)
      if (person === null) return null
      if (id === null)
        await database.query('INSERT INTO identities (issuer, subject, person_id) VALUES ($1, $2, $3) ON CONFLICT (issuer, subject) DO NOTHING', [
          issuer,
          subject,
          person.id,
        ])
      if (role !== null && role !== person.role && (await people.changeRole(person.id, role)))
        await audit.append({ actor: 'server', action: 'role-changed', subject: `person:${person.id} from ${person.role} to ${role}, by groups` })
      return people.find(person.id)
    },
  }
}
