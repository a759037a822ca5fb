import type { OidcSettings } from '../config/settings.ts'
import type { Database } from '../database/database.ts'
import { createAttempts, type Attempts } from './attempts.ts'
import { createAuditLog, type AuditLog } from './audit-log.ts'
import { createIdentities, type Identities } from './identities.ts'
import { createLinks, type Links } from './links.ts'
import { createLogIn, type LogIn } from './log-in.ts'
import type { OpenId } from './open-id.ts'
import { createPasswords, type Passwords } from './passwords.ts'
import { createPeople, type People } from './people.ts'
import { createRegisteredClients, type RegisteredClients } from './registered-clients.ts'
import { createSessions, type Sessions } from './sessions.ts'

/** All that has to do with people who log in. */
export interface Door {
  readonly people: People
  readonly sessions: Sessions
  readonly links: Links
  readonly passwords: Passwords
  readonly audit: AuditLog
  readonly attempts: Attempts
  readonly logIn: LogIn
  readonly identities: Identities
  /** What providers know this server by, where it has registered itself. */
  readonly registeredClients: RegisteredClients
  /** `null` where people log in with passwords alone. */
  readonly openId: OpenId | null
}

/**
 * @param pepper - what digests are made with
 * @param oidc - the provider that people may log in with
 * @param now - milliseconds since 1970
 */
export async function createDoor(database: Database, pepper: Buffer, oidc: OidcSettings | null = null, now: () => number = Date.now): Promise<Door> {
  const people = createPeople(database, now)
  const audit = createAuditLog(database, pepper, now)
  const passwords = createPasswords(pepper)
  const attempts = createAttempts(database, now)
  const registeredClients = createRegisteredClients(database, now)
  return {
    people,
    audit,
    passwords,
    attempts,
    registeredClients,
    sessions: createSessions(database, pepper, now),
    links: createLinks(database, pepper, now),
    identities: createIdentities({ database, people, audit, roles: oidc?.roles ?? new Map() }),
    openId: oidc === null ? null : await openOpenId(oidc, registeredClients),
    logIn: createLogIn({ people, audit, passwords, attempts, now }),
  }
}

/** Loaded where a provider is named: most servers have none. */
async function openOpenId(oidc: OidcSettings, registeredClients: RegisteredClients): Promise<OpenId> {
  const { createOpenIdClient } = await import('./open-id-client.ts')
  const { createOpenId } = await import('./open-id.ts')
  return createOpenId(oidc, createOpenIdClient(oidc, registeredClients))
}
