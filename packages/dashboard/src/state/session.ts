import { signal, type ReadonlySignal } from '@preact/signals'

/** The key that this tab works with. It lives as long as the tab and is never in an address. */
export interface Session {
  readonly key: ReadonlySignal<string | null>
  /** The key was made here a moment ago: nobody has a copy of it yet. */
  readonly isNewKey: ReadonlySignal<boolean>
  /** Whether the key outlives a reload. */
  readonly isKept: boolean
  /** A sentence that says why the last key was given up; `null` after signing out by hand. */
  readonly notice: ReadonlySignal<string | null>
  signIn(key: string, origin?: 'entered' | 'made'): void
  signOut(notice?: string): void
}

/**
 * @param storage - `sessionStorage`, or `null` where the browser denies it: the key then ends with the page
 * @param name - another for a page that must not take the key of others in its tab
 */
export function createSession(storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | null, name = STORAGE_NAME): Session {
  const key = signal(storage?.getItem(name) ?? null)
  const isNewKey = signal(false)
  const notice = signal<string | null>(null)
  return {
    key,
    isNewKey,
    isKept: storage !== null,
    notice,
    signIn(next, origin = 'entered') {
      storage?.setItem(name, next)
      notice.value = null
      isNewKey.value = origin === 'made'
      key.value = next
    },
    signOut(why) {
      storage?.removeItem(name)
      notice.value = why ?? null
      isNewKey.value = false
      key.value = null
    },
  }
}

const STORAGE_NAME = 'wayside.key'
