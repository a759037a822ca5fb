import type { LiveScope, LiveSnapshot } from './read-live.ts'

/** What happens in projects, for as many as watch; each scope is read once however many do. */
export interface LiveFeed {
  /** Calls with each snapshot, `null` when there is none at present, until what it returns is called. */
  subscribe(scope: LiveScope, listener: Listener): () => void
}

type Listener = (snapshot: LiveSnapshot | null) => void

interface Watch {
  readonly listeners: Set<Listener>
  latest: LiveSnapshot | null
  timer: NodeJS.Timeout | null
}

/**
 * @param read - a scope now, with what was read of it before; a rejection is told as `null`
 * @param everyMs - from one answer to the next question
 */
export function createLiveFeed(read: (scope: LiveScope, before: LiveSnapshot | null) => Promise<LiveSnapshot>, everyMs = 1_000): LiveFeed {
  const watches = new Map<string, Watch>()

  async function tell(scope: LiveScope, watch: Watch): Promise<void> {
    const snapshot = await read(scope, watch.latest).catch(() => null)
    watch.latest = snapshot ?? watch.latest
    for (const listener of watch.listeners) listener(snapshot)
    if (watch.listeners.size > 0) watch.timer = setTimeout(() => void tell(scope, watch), everyMs)
  }

  return {
    subscribe(scope, listener) {
      const name = JSON.stringify([scope.project.id, scope.filter])
      const known = watches.get(name)
      const watch: Watch = known ?? { listeners: new Set(), latest: null, timer: null }
      watch.listeners.add(listener)
      if (known === undefined) {
        watches.set(name, watch)
        void tell(scope, watch)
      }
      return () => {
        watch.listeners.delete(listener)
        if (watch.listeners.size > 0 || watches.get(name) !== watch) return
        watches.delete(name)
        if (watch.timer !== null) clearTimeout(watch.timer)
      }
    },
  }
}
