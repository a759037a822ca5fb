import { batch, computed, effect, signal, type ReadonlySignal } from '@preact/signals'
import type { ApiClient } from '../api/api-client.ts'
import type { ApiFailure } from '../api/api-failure.ts'
import type { PageAnswer, PageQuestion } from '../api/page-question.ts'
import type { Session } from './session.ts'
import type { Timers } from './timers.ts'

/** What the page shown asks for. `page` stands for the state of the address that it was made from. */
export interface Asked<Page> {
  readonly page: Page
  readonly question: PageQuestion
  /** How long an answer is fresh, milliseconds; `null` when nothing new can come. */
  readonly refreshMs: number | null
}

export interface Answered<Page> {
  readonly page: Page
  readonly question: PageQuestion
  readonly answer: PageAnswer
}

/** The answer to what the page asks, kept fresh. */
export interface Feed<Page> {
  /** The last good answer. While another one loads it stays: nothing jumps. */
  readonly answered: ReadonlySignal<Answered<Page> | null>
  /** Something else is asked by now than what was answered. */
  readonly isStale: ReadonlySignal<boolean>
  /** When that answer came, milliseconds since 1970. */
  readonly updatedAt: ReadonlySignal<number | null>
  /** How far the data was behind when the server answered, by the server's own clock, milliseconds. */
  readonly lagMs: ReadonlySignal<number>
  /** Why the last request failed; `null` after a good one. The data stays. */
  readonly failure: ReadonlySignal<ApiFailure | null>
  /** When the request under way began, milliseconds since 1970; `null` when there is none. */
  readonly askedAt: ReadonlySignal<number | null>
  /** Asks now instead of at the next turn. */
  refresh(): void
  /** Something new is there: asks as soon as the server can bear it. */
  nudge(): void
  /** Nothing is asked but what the reader chooses: what stands there stays. */
  readonly isPaused: ReadonlySignal<boolean>
  pause(isPaused: boolean): void
  /** Gives up the request under way. The next turn asks again. */
  cancel(): void
  /** Stops asking, for good. */
  close(): void
}

export interface FeedOptions<Page> {
  readonly api: ApiClient
  readonly session: Session
  readonly asked: ReadonlySignal<Asked<Page>>
  /** Whether somebody can see the page; a hidden one asks for nothing. */
  readonly visible: ReadonlySignal<boolean>
  readonly timers: Timers
}

const MAX_BACKOFF_MS = 60_000
/** News are asked for at most so often, and the server rests for at least twice as long as an answer takes. */
const NUDGE_MS = 1_000
const NUDGE_RESTS = 2

export function createFeed<Page>({ api, session, asked, visible, timers }: FeedOptions<Page>): Feed<Page> {
  const answered = signal<Answered<Page> | null>(null)
  const updatedAt = signal<number | null>(null)
  const lagMs = signal(0)
  const failure = signal<ApiFailure | null>(null)
  const askedAt = signal<number | null>(null)
  const isPaused = signal(false)

  let request: AbortController | null = null
  let cancelTimer = () => {}
  let dueAt: number | null = null
  let tookMs = 0
  let failures = 0

  async function ask(key: string, wanted: Asked<Page>) {
    request?.abort()
    const own = (request = new AbortController())
    cancelTimer()
    const began = timers.now()
    askedAt.value = began
    const result = await api.page(key, wanted.question, own.signal)
    if (own.signal.aborted) return
    batch(() => {
      askedAt.value = null
      if (result.ok) {
        failures = 0
        tookMs = timers.now() - began
        answered.value = { page: wanted.page, question: wanted.question, answer: result.value }
        updatedAt.value = timers.now()
        lagMs.value = Math.max(0, (result.servedAt ?? 0) - completeUntil(result.value))
        failure.value = null
      } else if (result.failure.kind === 'key') {
        session.signOut(result.failure.detail)
      } else {
        failures++
        failure.value = result.failure
      }
    })
    if (session.key.peek() === key && visible.peek()) schedule(waitMs(wanted.refreshMs))
  }

  function schedule(delayMs: number | null) {
    cancelTimer()
    dueAt = null
    if (delayMs === null || isPaused.peek()) return
    dueAt = timers.now() + delayMs
    cancelTimer = timers.after(delayMs, refresh)
  }

  function waitMs(refreshMs: number | null): number | null {
    if (failures === 0) return refreshMs
    return Math.max(failure.peek()?.retryAfterMs ?? 0, Math.min(MAX_BACKOFF_MS, (refreshMs ?? NUDGE_MS) * 2 ** failures))
  }

  function refresh() {
    const key = session.key.peek()
    if (key !== null) void ask(key, asked.peek())
  }

  function stop() {
    request?.abort()
    cancelTimer()
    askedAt.value = null
  }

  const closeKey = effect(() => {
    void session.key.value
    // Another key may be of another project: what the old one showed must not stand under the new one's name.
    batch(() => {
      failures = 0
      answered.value = null
      updatedAt.value = null
      failure.value = null
    })
  })
  const closeAsking = effect(() => {
    const key = session.key.value
    const wanted = asked.value
    failures = 0
    isPaused.value = false
    if (key === null || !visible.value) stop()
    else void ask(key, wanted)
  })

  return {
    answered,
    isStale: computed(() => answered.value !== null && answered.value.question !== asked.value.question),
    updatedAt,
    lagMs,
    failure,
    askedAt,
    refresh,
    nudge() {
      if (askedAt.peek() !== null || dueAt === null || failures > 0) return
      const earliest = (updatedAt.peek() ?? 0) + Math.max(NUDGE_MS, tookMs * NUDGE_RESTS)
      if (earliest < dueAt) schedule(Math.max(0, earliest - timers.now()))
    },
    isPaused,
    pause(next) {
      isPaused.value = next
      if (next) schedule(null)
      else refresh()
    },
    cancel() {
      stop()
      failure.value = { kind: 'refused', status: null, detail: 'You stopped this question.', retryAfterMs: null }
    },
    close() {
      closeKey()
      closeAsking()
      stop()
    },
  }
}

function completeUntil({ answers }: PageAnswer): number {
  return Math.min(...Object.values(answers).map(({ meta }) => meta.completeUntil))
}
