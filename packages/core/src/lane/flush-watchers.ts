import type { SeqRange } from '@wayside/protocol'

/** What became of the events that waited when `flush` or `close` was called. */
export interface FlushResult {
  readonly delivered: number
  /** On disk: delivered when the server is back, if need be by a later process. */
  readonly spooled: number
  /** Neither, when the deadline passed; after `close` these are dropped and counted. */
  readonly pending: number
  readonly dropped: number
}

/** Follows the events that were pending when a flush began until all are settled or its time has passed. */
export interface FlushWatchers {
  /**
   * Watches the `pending` events whose seqs are under `beforeSeq`. With `patient: false` the first failure of an attempt
   * ends it too.
   */
  watch(beforeSeq: number, pending: number, timeoutMs: number, patient: boolean): Promise<FlushResult>
  /** These events need no more waiting. So many of them were dropped. */
  settled(ranges: readonly SeqRange[], fate: 'delivered' | 'spooled' | 'dropped', dropped?: number): void
  /** An attempt has failed. */
  failed(): void
  /** Somebody waits. */
  readonly active: boolean
}

interface Watcher {
  readonly beforeSeq: number
  readonly patient: boolean
  readonly finish: () => void
  readonly result: { -readonly [Name in keyof FlushResult]: number }
}

/** Makes the watchers of one lane. */
export function createFlushWatchers(): FlushWatchers {
  const watchers = new Set<Watcher>()
  return {
    watch(beforeSeq, pending, timeoutMs, patient) {
      const result = { delivered: 0, spooled: 0, pending, dropped: 0 }
      if (pending === 0) return Promise.resolve(result)
      return new Promise((resolve) => {
        // The only timer that keeps the process alive: someone awaits this flush, and all else is unref'd.
        const deadline = setTimeout(finish, timeoutMs)
        const watcher: Watcher = { beforeSeq, patient, finish, result }
        function finish(): void {
          clearTimeout(deadline)
          watchers.delete(watcher)
          resolve(result)
        }
        watchers.add(watcher)
      })
    },
    settled(ranges, fate, dropped = 0) {
      for (const { beforeSeq, finish, result } of watchers) {
        const watched = countUnder(ranges, beforeSeq)
        const lost = Math.min(dropped, watched)
        result[fate] += watched - lost
        result.dropped += lost
        result.pending -= watched
        if (result.pending <= 0) finish()
      }
    },
    failed() {
      for (const { patient, finish } of watchers) if (!patient) finish()
    },
    get active() {
      return watchers.size > 0
    },
  }
}

function countUnder(ranges: readonly SeqRange[], seq: number): number {
  return ranges.reduce((sum, { from, to }) => sum + Math.max(0, Math.min(to + 1, seq) - from), 0)
}
