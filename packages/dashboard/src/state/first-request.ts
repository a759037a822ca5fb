import { effect, signal, type ReadonlySignal } from '@preact/signals'
import type { ApiClient } from '../api/api-client.ts'
import { isEmpty, type OverviewFeed } from './overview-feed.ts'
import type { Session } from './session.ts'

/**
 * Whether the project has data: not known yet; waiting for its first request; that one arrived while the page waited;
 * or it had been there before.
 */
export type FirstRequest = 'unknown' | 'waiting' | 'arrived' | 'seen'

export interface FirstRequestOptions {
  readonly api: ApiClient
  readonly session: Session
  readonly feed: OverviewFeed
  /** Called when the first request arrives at a project that was waiting for it. */
  readonly onArrival: () => void
}

/**
 * Tells an empty project from a quiet period: when the chosen period is empty, the longest one is asked once. Once a
 * request was seen the answer stays, however quiet it gets, until the key changes.
 */
export function createFirstRequest({ api, session, feed, onArrival }: FirstRequestOptions): ReadonlySignal<FirstRequest> {
  const state = signal<FirstRequest>('unknown')
  let asked: string | null = null

  effect(() => {
    void session.key.value
    asked = null
    state.value = 'unknown'
  })
  effect(() => {
    const overview = feed.overview.value
    const before = state.peek()
    if (overview === null || before === 'seen' || before === 'arrived') return
    if (isEmpty(overview)) void askLongest()
    else {
      state.value = before === 'waiting' ? 'arrived' : 'seen'
      if (state.peek() === 'arrived') onArrival()
    }
  })

  async function askLongest() {
    const key = session.key.peek()
    if (key === null || asked === key) return
    asked = key
    const result = await api.overview(key, '30d')
    if (session.key.peek() !== key || state.peek() !== 'unknown') return
    if (!result.ok) asked = null // The feed's next answer asks again.
    else state.value = isEmpty(result.value) ? 'waiting' : 'seen'
  }

  return state
}
