/** What became of the events that were queued when `flush` or `close` was called. */
export interface FlushResult {
  readonly delivered: number
  /** Still queued when the deadline passed; after `close` these are dropped and counted. */
  readonly pending: number
  readonly dropped: number
}

/** Follows the items that were pending when a flush began until all are settled or its time has passed. */
export interface FlushWatchers {
  /** Watches the `pending` items whose ordinals are under `beforeOrdinal`. */
  watch(beforeOrdinal: number, pending: number, timeoutMs: number): Promise<FlushResult>
  /** Items have left for good; so many of them were dropped. */
  settled(items: readonly { readonly ordinal: number }[], dropped: number): void
}

interface Watcher {
  readonly beforeOrdinal: number
  readonly finish: () => void
  delivered: number
  pending: number
  dropped: number
}

/** Makes the watchers of one delivery. */
export function createFlushWatchers(): FlushWatchers {
  const watchers = new Set<Watcher>()
  return {
    watch(beforeOrdinal, pending, timeoutMs) {
      if (pending === 0) return Promise.resolve({ delivered: 0, pending: 0, dropped: 0 })
      return new Promise((resolve) => {
        // The only timer that keeps the process alive: someone awaits this flush, and all else is unref'd.
        const deadline = setTimeout(finish, timeoutMs)
        const watcher: Watcher = { beforeOrdinal, finish, delivered: 0, pending, dropped: 0 }
        function finish(): void {
          clearTimeout(deadline)
          watchers.delete(watcher)
          resolve({ delivered: watcher.delivered, pending: watcher.pending, dropped: watcher.dropped })
        }
        watchers.add(watcher)
      })
    },
    settled(items, dropped) {
      for (const watcher of watchers) {
        const watched = items.filter((item) => item.ordinal < watcher.beforeOrdinal).length
        const lost = Math.min(dropped, watched)
        watcher.delivered += watched - lost
        watcher.dropped += lost
        watcher.pending -= watched
        if (watcher.pending <= 0) watcher.finish()
      }
    },
  }
}
