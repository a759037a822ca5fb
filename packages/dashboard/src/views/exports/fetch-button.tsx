import type { ExportJob } from '@wayside/protocol'
import { useSignal } from '@preact/signals'
import { number, record, text } from '../../api/checks.ts'
import { useDashboard } from '../../state/use-dashboard.ts'

/** Has the browser fetch a file by a link that works once. */
export function FetchButton({ job: { id, fileName } }: { readonly job: ExportJob }) {
  const { api, serverUrl, session } = useDashboard()
  const failed = useSignal<string | null>(null)

  async function download() {
    const key = session.key.peek()
    if (key === null) return
    const result = await api.change(key, { method: 'POST', path: 'api/v1/exports/link', body: { id } }, record({ url: text, expiresAt: number }))
    failed.value = result.ok ? null : result.failure.detail
    if (!result.ok) return
    const link = document.createElement('a')
    // The boundary cast: it was checked a moment ago.
    link.href = new URL((result.value as { readonly url: string }).url, serverUrl).href
    link.download = fileName
    link.click()
  }

  return (
    <button type="button" class="button button--small" aria-label={`Download ${fileName}`} onClick={() => void download()}>
      <span aria-live="polite">{failed.value ?? 'Download'}</span>
    </button>
  )
}
