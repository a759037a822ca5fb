import { useSignal } from '@preact/signals'
import { useDashboard } from '../../state/use-dashboard.ts'
import { saveFile } from '../cards/save-file.ts'

export interface NdjsonButtonProps {
  /** What the log was asked with. */
  readonly parameters: Readonly<Record<string, string>>
  /** The time that it is about; milliseconds since 1970, [from, to). */
  readonly meta: { readonly from: number; readonly to: number } | undefined
}

const PER_PAGE = 1_000
const MAX_REQUESTS = 20_000

/** Downloads the log with its filters as one JSON object a line, all pages of it up to a bound that it tells. */
export function NdjsonButton({ parameters, meta }: NdjsonButtonProps) {
  const { api, session } = useDashboard()
  const said = useSignal<string | null>(null)

  async function download() {
    const key = session.key.peek()
    if (key === null || meta === undefined) return
    const { span: _span, cursor: _cursor, ...filters } = parameters
    const lines: string[] = []
    let cursor: string | null = null
    do {
      said.value = lines.length === 0 ? 'Asking…' : `${lines.length}…`
      const page: Readonly<Record<string, string>> = { ...filters, from: String(meta.from), to: String(meta.to), limit: String(PER_PAGE), ...(cursor !== null && { cursor }) }
      const result = await api.page(key, { queries: {}, extras: { requests: page } })
      const requests = result.ok ? result.value.extras.requests : undefined
      if (requests === undefined) {
        said.value = result.ok ? (result.value.problems['requests']?.detail ?? 'No answer') : result.failure.detail
        return
      }
      for (const request of requests.requests) lines.push(JSON.stringify(request))
      cursor = requests.nextCursor
    } while (cursor !== null && lines.length < MAX_REQUESTS)
    saveFile('requests.ndjson', 'application/x-ndjson', lines.map((line) => `${line}\n`).join(''))
    said.value = cursor === null ? null : `NDJSON: the newest ${MAX_REQUESTS.toLocaleString('en')}`
  }

  return (
    <button type="button" class="button button--small" onClick={() => void download()}>
      <span aria-live="polite">{said.value ?? 'NDJSON'}</span>
    </button>
  )
}
