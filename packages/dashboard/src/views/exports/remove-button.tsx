import type { ExportJob } from '@wayside/protocol'
import { record, text } from '../../api/checks.ts'
import { useChange } from '../use-change.ts'

/** Stops making a file, or removes it. */
export function RemoveButton({ job: { id, fileName, state } }: { readonly job: ExportJob }) {
  const { isBusy, refusal, make } = useChange()
  const word = state === 'queued' || state === 'running' ? 'Stop' : 'Remove'
  const path = `api/v1/exports?${new URLSearchParams({ id }).toString()}`
  return (
    <button type="button" class="button button--small button--plain" aria-label={`${word} ${fileName}`} disabled={isBusy} onClick={() => void make({ method: 'DELETE', path }, record({ id: text }))}>
      <span aria-live="polite">{refusal === '' ? word : refusal}</span>
    </button>
  )
}
