import type { ExportJob } from '@wayside/protocol'
import { useSignal } from '@preact/signals'
import { record, text } from '../../api/checks.ts'
import { useDashboard } from '../../state/use-dashboard.ts'

/** Stops making a file, or removes it. */
export function RemoveButton({ job: { id, fileName, state } }: { readonly job: ExportJob }) {
  const { api, feed, session } = useDashboard()
  const failed = useSignal<string | null>(null)
  const word = state === 'queued' || state === 'running' ? 'Stop' : 'Remove'

  async function remove() {
    const key = session.key.peek()
    if (key === null) return
    const result = await api.change(key, { method: 'DELETE', path: `api/v1/exports?${new URLSearchParams({ id }).toString()}` }, record({ id: text }))
    failed.value = result.ok ? null : result.failure.detail
    feed.refresh()
  }

  return (
    <button type="button" class="button button--small button--plain" aria-label={`${word} ${fileName}`} onClick={() => void remove()}>
      <span aria-live="polite">{failed.value ?? word}</span>
    </button>
  )
}
