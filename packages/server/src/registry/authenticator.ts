import type { Log } from '../log/log.ts'
import type { Principal, Registry } from './registry.ts'

/** Says whose key a request carries. */
export interface Authenticator {
  authenticate(key: string): Principal | null
  /** Forgets what it remembers, so that a change in the registry counts at once. */
  forget(): void
  /** Keeps when keys were last used, and stops. */
  close(): void
}

/** A revoked key works for at most this long, in a process other than the one that revoked it. */
const REMEMBER_MS = 5_000
const REMEMBERED_KEYS = 10_000
const TOUCH_INTERVAL_MS = 60_000

/** Puts a short memory before the registry and gathers when keys were used, so that a request costs no write. */
export function createAuthenticator(registry: Registry, log: Log, now: () => number = Date.now): Authenticator {
  const remembered = new Map<string, { readonly principal: Principal; readonly at: number }>()
  const usedAt = new Map<string, number>()

  const touch = (): void => {
    if (usedAt.size === 0) return
    try {
      registry.touchKeys(usedAt)
      usedAt.clear()
    } catch (error) {
      // A full disk must not end the server for the sake of a date; the next round tries again.
      log.warn('could not keep when keys were last used', { error })
    }
  }
  const timer = setInterval(touch, TOUCH_INTERVAL_MS).unref()

  return {
    authenticate(key) {
      const at = now()
      let entry = remembered.get(key)
      // Not only from below: a clock that was set back must not keep a revoked key alive.
      if (entry === undefined || Math.abs(at - entry.at) >= REMEMBER_MS) {
        remembered.delete(key)
        const principal = registry.authenticate(key)
        if (principal === null) return null
        if (remembered.size >= REMEMBERED_KEYS) remembered.clear()
        entry = { principal, at }
        remembered.set(key, entry)
      }
      usedAt.set(entry.principal.keyId, at)
      return entry.principal
    },
    forget: () => remembered.clear(),
    close() {
      clearInterval(timer)
      touch()
    },
  }
}
