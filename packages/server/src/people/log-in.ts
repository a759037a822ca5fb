import type { Attempts } from './attempts.ts'
import type { AuditLog } from './audit-log.ts'
import type { Passwords } from './passwords.ts'
import type { Credentials, People } from './people.ts'
import { parseEmail, type Person } from './person.ts'
import { findTotpStep } from './totp.ts'

export interface LoginAttempt {
  readonly email: string
  readonly password: string
  /** Of an authenticator app; `null` when none was given. */
  readonly code: string | null
  /** The address that it comes from. */
  readonly address: string
}

export type LoginOutcome =
  | { readonly kind: 'in'; readonly person: Person }
  /** The password is right, and a code is needed too. */
  | { readonly kind: 'code' }
  /**
   * One word for all that can be wrong: who tries learns nothing about who there is. `written` is the entry of the audit log; an
   * answer does not wait for it, since for an address that is nobody's there is none.
   */
  | { readonly kind: 'wrong'; readonly written: Promise<void> }
  | { readonly kind: 'wait'; readonly waitMs: number }

export interface LogIn {
  /** Checks who wants to log in. */
  check(attempt: LoginAttempt): Promise<LoginOutcome>
  /** Checks the password of somebody who is logged in and changes how they log in. Counts as an attempt. */
  confirm(person: Person, password: string): Promise<Exclude<LoginOutcome, { kind: 'code' }>>
}

/** What may be tried on one account and from one network before it has to wait. */
const PER_ACCOUNT = { burst: 10, everyMs: 60_000 }
const PER_ADDRESS = { burst: 30, everyMs: 20_000 }

export interface LogInParts {
  readonly people: People
  readonly attempts: Attempts
  readonly passwords: Passwords
  readonly audit: AuditLog
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** An attempt is counted before it is looked at, so that many at once are too many. */
export function createLogIn({ people, attempts, passwords, audit, now }: LogInParts): LogIn {
  const isCodeRight = async ({ person, totpSecret }: Credentials, code: string): Promise<boolean> => {
    const step = totpSecret === null ? null : findTotpStep(totpSecret, code, now())
    return step !== null && (await people.useTotpStep(person.id, step))
  }

  const refuse = (person: Person | null, why: string) => ({
    kind: 'wrong' as const,
    written: person === null ? Promise.resolve() : audit.append({ actor: `person:${person.id}`, action: 'login-refused', subject: why }),
  })

  return {
    async check({ email: given, password, code, address }) {
      const email = parseEmail(given) ?? given
      const account = toAccount(email)
      const waitMs = Math.max(await attempts.take(`address:${toNetwork(address)}`, PER_ADDRESS), await attempts.take(account, PER_ACCOUNT))
      if (waitMs > 0) return { kind: 'wait', waitMs }

      const known = await people.credentials(email)
      const isRight = await passwords.verify(known?.passwordHash ?? null, password)
      if (known === null || !isRight) return refuse(known?.person ?? null, `from ${address}`)
      const { person } = known
      if (person.hasTotp) {
        // Not forgiven: else whoever has the password could try codes for ever.
        if (code === null) return { kind: 'code' }
        if (!(await isCodeRight(known, code))) return refuse(person, `from ${address}, by its code`)
      }
      await attempts.forgive(account)
      await people.touchLogin(person.id)
      await audit.append({ actor: `person:${person.id}`, action: 'login', subject: `from ${address}` })
      return { kind: 'in', person }
    },
    async confirm(person, password) {
      const account = toAccount(person.email)
      const waitMs = await attempts.take(account, PER_ACCOUNT)
      if (waitMs > 0) return { kind: 'wait', waitMs }
      const known = await people.credentials(person.email)
      if (!(await passwords.verify(known?.passwordHash ?? null, password))) return refuse(person, 'in a session')
      await attempts.forgive(account)
      return { kind: 'in', person }
    },
  }
}

function toAccount(email: string): string {
  return `account:${email}`
}

/** Who has an IPv6 address has a network full of them. */
function toNetwork(address: string): string {
  if (!address.includes(':') || address.startsWith('::ffff:')) return address
  const [head = '', tail] = address.split('::')
  const groups = head.split(':').filter((group) => group !== '')
  // Zeros that `::` stands for may lie within the network's half.
  const rest = tail === undefined ? [] : tail.split(':').filter((group) => group !== '')
  while (tail !== undefined && groups.length + rest.length < 8) groups.push('0')
  return [...groups, ...rest].slice(0, 4).join(':')
}
