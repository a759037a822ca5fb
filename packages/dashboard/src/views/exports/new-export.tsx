import type { ExportFormat } from '@wayside/protocol'
import { useSignal } from '@preact/signals'
import { record, text } from '../../api/checks.ts'
import { toQueryScope, type Scope } from '../../state/scope.ts'
import { Card } from '../../widgets/card.tsx'
import { Segmented } from '../../widgets/segmented.tsx'
import { toRangePhrase } from '../range-words.ts'
import { useChange } from '../use-change.ts'
import { FORMATS } from './formats.ts'

/** Asks for a file of the requests that the page speaks of: its time and its filters. */
export function NewExport({ scope }: { readonly scope: Scope }) {
  const format = useSignal<ExportFormat>('csv')
  const { isBusy, refusal, make } = useChange()
  return (
    <Card title="A new file">
      <div class="tools">
        <p>
          All requests {toRangePhrase(scope)}
          {scope.chips.length > 0 && ' that pass the filters above'}, one a row.
        </p>
        <Segmented label="Format" options={FORMATS} value={format.value} onChoose={(value) => (format.value = value)} />
        <button
          type="button"
          class="button"
          disabled={isBusy}
          onClick={() => void make({ method: 'POST', path: 'api/v1/exports', body: { format: format.value, requests: toQueryScope(scope) } }, record({ id: text }))}
        >
          Make the file
        </button>
        <p role="alert">{refusal}</p>
      </div>
    </Card>
  )
}
