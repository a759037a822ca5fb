import { effect, signal, type ReadonlySignal } from '@preact/signals'
import type { ApiClient } from '../api/api-client.ts'
import type { PageQuestion } from '../api/page-question.ts'
import type { Session } from './session.ts'
import type { Timers } from './timers.ts'

/**
 * Whether the project has data: not known yet; waiting for its first request; that one arrived while the page waited;
 * or it had been there before.
 */
export type FirstRequest = 'unknown' | 'waiting' | 'arrived' | 'seen'

export interface FirstRequestOptions {
  readonly api: ApiClient
  readonly session: Session
  readonly visible: ReadonlySignal<boolean>
  readonly timers: Timers
  /** Called when the first request arrives at a project that was waiting for it. */
  readonly onArrival: () => void
}

/** Somebody waits for it, and an empty answer costs little. */
export const WAITING_MS = 2_000

const QUESTION: PageQuestion = { queries: { ever: { range: '12mo', metrics: ['requests'] } }, extras: {} }

/** Tells an empty project from a quiet period. Once a request was seen the answer stays, however quiet it gets, until the key changes. */
export function createFirstRequest({ api, session, visible, timers, onArrival }: FirstRequestOptions): ReadonlySignal<FirstRequest> {
  const state = signal<FirstRequest>('unknown')
  let cancelTimer = () => {}

  effect(() => {
    void session.key.value
    state.value = 'unknown'
  })
  effect(() => {
    const key = session.key.value
    cancelTimer()
    if (key !== null && visible.value) void ask(key)
  })

  async function ask(key: string) {
    const before = state.peek()
    if (before === 'seen' || before === 'arrived') return
    const result = await api.page(key, QUESTION)
    if (session.key.peek() !== key || state.peek() !== before) return
    const requests = result.ok ? Number(result.value.answers['ever']?.rows[0]?.[0] ?? 0) : null
    if (requests !== null && requests > 0) {
      state.value = before === 'waiting' ? 'arrived' : 'seen'
      if (before === 'waiting') onArrival()
      return
    }
    if (requests === 0) state.value = 'waiting'
    if (visible.peek()) cancelTimer = timers.after(WAITING_MS, () => void ask(key))
  }

  return state
}
