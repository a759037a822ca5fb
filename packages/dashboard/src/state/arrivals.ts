import { effect, type ReadonlySignal } from '@preact/signals'
import type { ApiClient } from '../api/api-client.ts'
import type { Session } from './session.ts'
import type { Timers } from './timers.ts'

export interface ArrivalsOptions {
  readonly api: ApiClient
  readonly session: Session
  /** Whether anybody looks. */
  readonly visible: ReadonlySignal<boolean>
  readonly timers: Timers
  readonly onArrivals: () => void
}

/** A stream that ended is opened again after this; meanwhile the page asks at its own turns. */
const REOPEN_MS = 5_000

/** Calls back soon after requests came in, while somebody looks. @returns stops it */
export function watchArrivals({ api, session, visible, timers, onArrivals }: ArrivalsOptions): () => void {
  return effect(() => {
    const key = session.key.value
    if (key === null || !visible.value) return
    const leaving = new AbortController()
    let cancelTimer = () => {}
    const open = async () => {
      await api.watch(key, leaving.signal, onArrivals)
      if (!leaving.signal.aborted) cancelTimer = timers.after(REOPEN_MS, () => void open())
    }
    void open()
    return () => {
      leaving.abort()
      cancelTimer()
    }
  })
}
