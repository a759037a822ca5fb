import { batch, effect, signal, type ReadonlySignal } from '@preact/signals'
import type { Overview, Period } from '@wayside/protocol'
import type { ApiClient } from '../api/api-client.ts'
import type { ApiFailure } from '../api/api-failure.ts'
import type { Session } from './session.ts'
import type { Timers } from './timers.ts'

/** The overview of the session's project and the chosen period, kept fresh. */
export interface OverviewFeed {
  /** The last good answer. While another period loads it still is that of the one before: nothing jumps. */
  readonly overview: ReadonlySignal<Overview | null>
  /** When that answer came, milliseconds since 1970. */
  readonly updatedAt: ReadonlySignal<number | null>
  /** How far the data was behind when the server answered, by the server's own clock, milliseconds. */
  readonly lagMs: ReadonlySignal<number>
  /** Why the last request failed; `null` after a good one. The data stays. */
  readonly failure: ReadonlySignal<ApiFailure | null>
  readonly loading: ReadonlySignal<boolean>
  /** Asks now instead of at the next turn. */
  refresh(): void
  /** Stops asking, for good. */
  close(): void
}

export interface OverviewFeedOptions {
  readonly api: ApiClient
  readonly session: Session
  readonly period: ReadonlySignal<Period>
  /** Whether somebody can see the page; a hidden one asks for nothing. */
  readonly visible: ReadonlySignal<boolean>
  readonly timers: Timers
}

/** How long an answer is fresh. A point of a long period moves too slowly to ask more often. */
export const REFRESH_MS: Readonly<Record<Period, number>> = { '1h': 3_000, '24h': 10_000, '7d': 30_000, '30d': 60_000 }
/** While nothing has arrived somebody waits for the first request, and an empty answer costs little. */
export const EMPTY_REFRESH_MS = 2_000
const MAX_BACKOFF_MS = 60_000

export function createOverviewFeed({ api, session, period, visible, timers }: OverviewFeedOptions): OverviewFeed {
  const overview = signal<Overview | null>(null)
  const updatedAt = signal<number | null>(null)
  const lagMs = signal(0)
  const failure = signal<ApiFailure | null>(null)
  const loading = signal(false)
  let request: AbortController | null = null
  let cancelTimer = () => {}
  let failures = 0

  async function ask(key: string, wanted: Period) {
    request?.abort()
    const own = (request = new AbortController())
    cancelTimer()
    loading.value = true
    const result = await api.overview(key, wanted, own.signal)
    if (own.signal.aborted) return
    batch(() => {
      loading.value = false
      if (result.ok) {
        failures = 0
        overview.value = result.value
        updatedAt.value = timers.now()
        lagMs.value = Math.max(0, (result.servedAt ?? 0) - result.value.completeUntil)
        failure.value = null
      } else if (result.failure.kind === 'key') {
        session.signOut(result.failure.detail)
      } else {
        failures++
        failure.value = result.failure
      }
    })
    if (session.key.peek() === key && visible.peek()) schedule(key, wanted)
  }

  function schedule(key: string, wanted: Period) {
    cancelTimer()
    cancelTimer = timers.after(waitMs(wanted), () => void ask(key, wanted))
  }

  function waitMs(wanted: Period): number {
    const freshMs = isEmpty(overview.peek()) ? EMPTY_REFRESH_MS : REFRESH_MS[wanted]
    if (failures === 0) return freshMs
    return Math.max(failure.peek()?.retryAfterMs ?? 0, Math.min(MAX_BACKOFF_MS, freshMs * 2 ** failures))
  }

  function stop() {
    request?.abort()
    cancelTimer()
    loading.value = false
  }

  const closeKey = effect(() => {
    void session.key.value
    // Another key may be of another project: what the old one showed must not stand under the new one's name.
    batch(() => {
      failures = 0
      overview.value = null
      updatedAt.value = null
      failure.value = null
    })
  })
  const closeAsking = effect(() => {
    const key = session.key.value
    const wanted = period.value
    if (key === null || !visible.value) stop()
    else void ask(key, wanted)
  })

  return {
    overview,
    updatedAt,
    lagMs,
    failure,
    loading,
    refresh() {
      const key = session.key.peek()
      if (key !== null) void ask(key, period.peek())
    },
    close() {
      closeKey()
      closeAsking()
      stop()
    },
  }
}

/** Nothing in the period, and nothing in the one before. */
export function isEmpty(overview: Overview | null): boolean {
  return overview !== null && overview.totals.requests === 0 && overview.previous.requests === 0
}
