import type { Database } from '../database/database.ts'
import { createAttempts } from './attempts.ts'
import { createAuditLog, type AuditLog } from './audit-log.ts'
import { createLinks, type Links } from './links.ts'
import { createLogIn, type LogIn } from './log-in.ts'
import { createPasswords, type Passwords } from './passwords.ts'
import { createPeople, type People } from './people.ts'
import { createSessions, type Sessions } from './sessions.ts'

/** All that has to do with people who log in. */
export interface Door {
  readonly people: People
  readonly sessions: Sessions
  readonly links: Links
  readonly passwords: Passwords
  readonly audit: AuditLog
  readonly logIn: LogIn
}

/**
 * @param pepper - what digests are made with
 * @param now - milliseconds since 1970
 */
export function createDoor(database: Database, pepper: Buffer, now: () => number = Date.now): Door {
  const people = createPeople(database, now)
  const audit = createAuditLog(database, pepper, now)
  const passwords = createPasswords(pepper)
  return {
    people,
    audit,
    passwords,
    sessions: createSessions(database, pepper, now),
    links: createLinks(database, pepper, now),
    logIn: createLogIn({ people, audit, passwords, attempts: createAttempts(database, now), now }),
  }
}
