import type { Log } from '../log/log.ts'
import type { Principal, Registry } from './registry.ts'

/** Says whose key a request carries. */
export interface Authenticator {
  authenticate(key: string): Promise<Principal | null>
  /** Forgets what it remembers, so that a change in the registry counts at once. */
  forget(): void
  /** Keeps when keys were last used, and stops. */
  close(): Promise<void>
}

/** A revoked key works for at most this long, in a process other than the one that revoked it. */
const REMEMBER_MS = 5_000
const REMEMBERED_KEYS = 10_000
const TOUCH_INTERVAL_MS = 60_000

/** Puts a short memory before the registry and gathers when keys were used, so that a request costs no write. */
export function createAuthenticator(registry: Registry, log: Log, now: () => number = Date.now): Authenticator {
  /** With what is being asked at present, so that a crowd of requests asks once. */
  const remembered = new Map<string, { readonly answer: Promise<Principal | null>; readonly at: number }>()
  const usedAt = new Map<string, number>()

  const touch = async (): Promise<void> => {
    if (usedAt.size === 0) return
    const gathered = new Map(usedAt)
    usedAt.clear()
    try {
      await registry.touchKeys(gathered)
    } catch (error) {
      // A full disk must not end the server for the sake of a date; the next round tries again.
      for (const [id, at] of gathered) if (!usedAt.has(id)) usedAt.set(id, at)
      log.warn('could not keep when keys were last used', { error })
    }
  }
  const timer = setInterval(() => void touch(), TOUCH_INTERVAL_MS).unref()

  const ask = async (key: string): Promise<Principal | null> => {
    const entry = { answer: registry.authenticate(key), at: now() }
    if (remembered.size >= REMEMBERED_KEYS) remembered.clear()
    remembered.set(key, entry)
    let principal: Principal | null = null
    try {
      principal = await entry.answer
    } finally {
      // Only keys that are valid are worth the room, and a key that is made next must count at once.
      if (principal === null && remembered.get(key) === entry) remembered.delete(key)
    }
    return principal
  }

  return {
    async authenticate(key) {
      const at = now()
      const entry = remembered.get(key)
      // Not only from below: a clock that was set back must not keep a revoked key alive.
      const isFresh = entry !== undefined && Math.abs(at - entry.at) < REMEMBER_MS
      const principal = await (isFresh ? entry.answer : ask(key))
      if (principal !== null) usedAt.set(principal.keyId, at)
      return principal
    },
    forget: () => remembered.clear(),
    async close() {
      clearInterval(timer)
      await touch()
    },
  }
}
