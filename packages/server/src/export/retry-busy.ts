import { setTimeout as pause } from 'node:timers/promises'
import { StoreBusy } from '../store/store-busy.ts'
import type { Store } from '../store/store.ts'

const PAUSE_MS = 1_000
const MAX_PAUSES = 600

/** A store that is asked again while it has no time: who makes a file in the background can wait. */
export function retryBusy(store: Pick<Store, 'list' | 'query'>, signal: AbortSignal): Pick<Store, 'list' | 'query'> {
  async function retry<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    for (let pauses = 0; ; pauses++) {
      try {
        return await ask()
      } catch (error) {
        if (!(error instanceof StoreBusy) || pauses === MAX_PAUSES) throw error
        await pause(PAUSE_MS, undefined, { signal })
      }
    }
  }
  return { list: (query) => retry(() => store.list(query)), query: (question) => retry(() => store.query(question)) }
}
