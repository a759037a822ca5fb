import type { Log } from '../log/log.ts'
import { gatherUses } from './gather-uses.ts'
import type { Principal, Registry } from './registry.ts'

/** Says whose key a request carries. */
export interface Authenticator {
  authenticate(key: string): Promise<Principal | null>
  /** Forgets what it remembers, so that a change in the registry counts at once. */
  forget(): void
  /** Keeps when keys were last used, which it does each minute as well. */
  keepUses(): Promise<void>
  /** Keeps when keys were last used, and stops. */
  close(): Promise<void>
}

/** A revoked key works for at most this long, in a process other than the one that revoked it. */
const REMEMBER_MS = 5_000
const REMEMBERED_KEYS = 10_000

/** What is remembered of a key, also while the registry is being asked: a crowd of requests asks once. */
interface Memory {
  readonly answer: Promise<Principal | null>
  readonly at: number
  /** `null` until the answer is there. */
  keyId: string | null
}

/** Puts a short memory before the registry and gathers when keys were used, so that a request costs no write. */
export function createAuthenticator(
  registry: Pick<Registry, 'authenticate' | 'touchKeys'>,
  log: Log,
  now: () => number = Date.now,
): Authenticator {
  const remembered = new Map<string, Memory>()
  const uses = gatherUses('keys', (usedAt: ReadonlyMap<string, number>) => registry.touchKeys(usedAt), log)

  const ask = async (key: string, at: number): Promise<Principal | null> => {
    const memory: Memory = { answer: registry.authenticate(key), at, keyId: null }
    if (remembered.size >= REMEMBERED_KEYS) remembered.clear()
    remembered.set(key, memory)
    try {
      memory.keyId = (await memory.answer)?.keyId ?? null
    } finally {
      // Only keys that are valid are worth the room, and a key that is made next must count at once.
      if (memory.keyId === null && remembered.get(key) === memory) remembered.delete(key)
    }
    if (memory.keyId !== null) uses.note(memory.keyId, at)
    return memory.answer
  }

  return {
    // Not async: a remembered answer costs no promise of its own.
    authenticate(key) {
      const at = now()
      const memory = remembered.get(key)
      // Not only from below: a clock that was set back must not keep a revoked key alive.
      if (memory === undefined || Math.abs(at - memory.at) >= REMEMBER_MS) return ask(key, at)
      if (memory.keyId !== null) uses.note(memory.keyId, at)
      return memory.answer
    },
    forget: () => remembered.clear(),
    keepUses: () => uses.keep(),
    close: () => uses.close(),
  }
}
