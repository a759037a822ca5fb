import { hash, verify } from '@node-rs/argon2'

/** Hashes and compares passwords: argon2id, 19 MiB, two passes, and a secret that is not in the database. */
export interface Passwords {
  hash(password: string): Promise<string>
  /** @param passwordHash - `null` for nobody, which takes as long as somebody's */
  verify(passwordHash: string | null, password: string): Promise<boolean>
}

/** So many at once leave the threads that sync the journal to others. */
const AT_ONCE = 2
const MAX_WAITING = 64

/** Too many passwords are being checked already. */
export class PasswordsBusy extends Error {
  override readonly name = 'PasswordsBusy'
}

export function createPasswords(pepper: Buffer): Passwords {
  const options = { memoryCost: 19_456, timeCost: 2, parallelism: 1, secret: pepper }
  const inTurn = createTurnstile()
  let nobody: Promise<string> | undefined
  const plain = (password: string) => password.normalize('NFC')
  return {
    hash: (password) => inTurn(() => hash(plain(password), options)),
    async verify(passwordHash, password) {
      const known = passwordHash ?? (await (nobody ??= hash('nobody', options)))
      const isRight = await inTurn(() => verify(known, plain(password), options))
      return isRight && passwordHash !== null
    },
  }
}

function createTurnstile() {
  const waiting: (() => void)[] = []
  let running = 0
  return async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (running >= AT_ONCE) {
      if (waiting.length >= MAX_WAITING) throw new PasswordsBusy(`${waiting.length} passwords wait to be checked`)
      // Who leaves hands its place on, so that nobody slips in between.
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else running++
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) running--
      else next()
    }
  }
}
