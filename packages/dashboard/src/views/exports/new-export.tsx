import { EXPORT_FORMATS, type ExportFormat } from '@wayside/protocol'
import { useSignal } from '@preact/signals'
import { record, text } from '../../api/checks.ts'
import { toQueryScope, type Scope } from '../../state/scope.ts'
import { useDashboard } from '../../state/use-dashboard.ts'
import { Card } from '../../widgets/card.tsx'
import { Segmented } from '../../widgets/segmented.tsx'
import { toRangePhrase } from '../range-words.ts'

const NAMES: Readonly<Record<ExportFormat, string>> = { csv: 'CSV', ndjson: 'NDJSON', parquet: 'Parquet', zip: 'Zipped CSV' }
const FORMATS = EXPORT_FORMATS.map((value) => ({ value, text: NAMES[value] }))

/** Asks for a file of the requests that the page speaks of: its time and its filters. */
export function NewExport({ scope }: { readonly scope: Scope }) {
  const { api, feed, session } = useDashboard()
  const format = useSignal<ExportFormat>('csv')
  const isAsking = useSignal(false)
  const said = useSignal('')

  async function make() {
    const key = session.key.peek()
    if (key === null) return
    isAsking.value = true
    const body = { format: format.value, requests: toQueryScope(scope) }
    const result = await api.change(key, { method: 'POST', path: 'api/v1/exports', body }, record({ id: text }))
    isAsking.value = false
    said.value = result.ok ? 'The server makes it now.' : result.failure.detail
    feed.refresh()
  }

  return (
    <Card title="A new file">
      <div class="tools">
        <p>
          All requests {toRangePhrase(scope)}
          {scope.chips.length > 0 && ' that pass the filters above'}, one a row.
        </p>
        <Segmented label="Format" options={FORMATS} value={format.value} onChoose={(value) => (format.value = value)} />
        <button type="button" class="button" disabled={isAsking.value} onClick={() => void make()}>
          Make the file
        </button>
        <p role="status">{said.value}</p>
      </div>
    </Card>
  )
}
