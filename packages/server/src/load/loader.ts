import type { Journal } from '../journal/journal.ts'
import { SegmentRefused } from '../store/segment-refused.ts'
import type { Store, StoredMark } from '../store/store.ts'

/** Moves what the journal holds into the store, off the request path, each segment exactly once. */
export interface Loader {
  lag(): Lag
  /**
   * Everything acknowledged before this instant (milliseconds since 1970) is in the store's answers. Read it before
   * asking the store, so that the answer holds at least what it promises.
   */
  completeUntil(): number
  /** Resolves when all that was acknowledged before the call is in the store. Rejects when the store refuses it. */
  drain(): Promise<void>
  /** Drains within a deadline, then stops. What is left stays in the journal for the next start. */
  close(): Promise<void>
}

/** What is acknowledged and not yet in the store. */
export interface Lag {
  readonly segments: number
  readonly bytes: number
  /** Age of the oldest batch; 0 when there is none. */
  readonly ageMs: number
  /** Why the store did not take the last segment; `null` when it did. */
  readonly error: string | null
}

export interface LoaderOptions {
  readonly journal: Journal
  readonly store: Store
  /** How far the store had come when it was opened. */
  readonly stored: StoredMark
  /**
   * How often the journal is moved into the store, milliseconds. Shorter shows events sooner; longer costs less.
   * @default 500
   */
  readonly intervalMs?: number
  /**
   * How long `close` waits for the store, milliseconds.
   * @default 10000
   */
  readonly closeTimeoutMs?: number
  readonly now?: () => number
  readonly warn: (message: string) => void
}

const MAX_BACKOFF_MS = 30_000

export function createLoader(options: LoaderOptions): Loader {
  const { journal, store, stored, intervalMs = 500, closeTimeoutMs = 10_000, now = Date.now, warn } = options
  /** The last segment that is in the store's answers. The journal holds it longer, and a store that was rebuilt goes back. */
  let loaded = stored.loaded
  let failures = 0
  let error: string | null = null
  let timer: NodeJS.Timeout | null = null
  let running: Promise<void> | null = null
  let ended = false

  /** One pass at a time: callers that come during one share the pass after it, which sees what they saw. */
  function load(): Promise<void> {
    const before = running ?? Promise.resolve()
    const pass = before.catch(() => undefined).then(loadOnce)
    running = pass
    return pass.finally(() => {
      if (running === pass) running = null
    })
  }

  async function loadOnce(): Promise<void> {
    // While the store is behind, the open segment grows: one large segment loads faster than many small ones.
    loaded = (await store.storedUpTo()).loaded
    await loadClosed()
    await journal.roll()
    await loadClosed()
    const { segment } = await store.storedUpTo()
    await journal.drop(segment)
  }

  async function loadClosed(): Promise<void> {
    for (let segment = nextClosed(); segment !== undefined; segment = nextClosed()) {
      try {
        await store.append(segment)
        loaded = segment.number
      } catch (error) {
        // What is left of the segment comes next; without a batch to blame, the store is.
        if (!(error instanceof SegmentRefused) || (await journal.quarantine(segment.number, store.accepts)) === 0) throw error
      }
    }
  }

  const nextClosed = () => journal.closed().find(({ number }) => number > loaded)

  async function tick(): Promise<void> {
    try {
      await load()
      if (failures > 0) warn('the store takes events again')
      failures = 0
      error = null
    } catch (cause) {
      failures++
      error = toReason(cause)
      warn(`the store did not take a journal segment: ${error}; it stays in the journal and is tried again`)
    }
    schedule()
  }

  function schedule(): void {
    if (ended) return
    const backoffMs = failures === 0 ? intervalMs : Math.min(MAX_BACKOFF_MS, intervalMs * 2 ** failures)
    timer = setTimeout(() => void tick(), backoffMs)
    timer.unref()
  }

  function pending(): { readonly segments: number; readonly bytes: number; readonly since: number | null } {
    const open = journal.open()
    const all = journal.closed().filter(({ number }) => number > loaded)
    const parts = open === null ? all : [...all, open]
    return {
      segments: parts.length,
      bytes: parts.reduce((sum, part) => sum + part.bytes, 0),
      since: parts.reduce<number | null>((least, { oldestReceivedAt }) => Math.min(least ?? oldestReceivedAt, oldestReceivedAt), null),
    }
  }

  schedule()
  return {
    lag() {
      const { segments, bytes, since } = pending()
      return { segments, bytes, ageMs: since === null ? 0 : Math.max(0, now() - since), error }
    },
    completeUntil: () => pending().since ?? now(),
    drain: load,
    async close() {
      if (ended) return
      ended = true
      if (timer !== null) clearTimeout(timer)
      await withDeadline(load(), closeTimeoutMs).catch((cause: unknown) =>
        warn(`stopped before the store had everything: ${toReason(cause)}; the journal keeps it`),
      )
    },
  }
}

function toReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause === undefined ? error.message : `${error.message}: ${toReason(error.cause)}`
}

/** The timer is not unref'd: it keeps a stopping process alive for exactly as long as this waits. */
function withDeadline(work: Promise<void>, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the store took longer than ${timeoutMs} ms`)), timeoutMs)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
