import { useSignal } from '@preact/signals'
import type { Change } from '../api/api-client.ts'
import type { Check } from '../api/checks.ts'
import { useDashboard } from '../state/use-dashboard.ts'

/** Changes something at the server and says what came of it. */
export interface Changer {
  readonly isBusy: boolean
  /** The server's words where it refused; empty otherwise. */
  readonly refusal: string
  /** The answer, `null` when there was none. What the page shows is asked anew. */
  make(change: Change, is: Check): Promise<unknown>
}

export function useChange(): Changer {
  const { api, feed, session } = useDashboard()
  const isBusy = useSignal(false)
  const refusal = useSignal('')
  return {
    isBusy: isBusy.value,
    refusal: refusal.value,
    async make(change, is) {
      const key = session.key.peek()
      if (key === null) return null
      isBusy.value = true
      const result = await api.change(key, change, is)
      isBusy.value = false
      refusal.value = result.ok ? '' : result.failure.detail
      feed.refresh()
      return result.ok ? result.value : null
    },
  }
}
