import type { Query } from '@wayside/protocol'
import { useSignal } from '@preact/signals'
import { useDashboard } from '../../state/use-dashboard.ts'
import { saveCsv } from './save-file.ts'

export interface CsvButtonProps {
  /** What is downloaded, such as `Endpoints`; the file is named after it. */
  readonly name: string
  readonly query: Query
}

/** Rows of one file; the API gives more page by page. */
const MAX_ROWS = 10_000

/** Downloads the figures of a card as the API writes them. */
export function CsvButton({ name, query }: CsvButtonProps) {
  const { api, session, share } = useDashboard()
  const said = useSignal<string | null>(null)
  // The token of a shared link is good for what a page shows alone.
  if (share !== null) return null

  async function download() {
    const key = session.key.peek()
    if (key === null) return
    said.value = 'Asking…'
    const result = await api.csv(key, { ...query, limit: MAX_ROWS })
    said.value = result.ok ? null : result.failure.detail
    if (result.ok) saveCsv(name, result.value)
  }

  return (
    <button type="button" class="button button--small button--plain" aria-label={`CSV of ${name}`} onClick={() => void download()}>
      <span aria-live="polite">{said.value ?? 'CSV'}</span>
    </button>
  )
}
