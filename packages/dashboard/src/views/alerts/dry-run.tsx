import type { AlertDryRun, AlertRuleInput } from '@wayside/protocol'
import { useSignal } from '@preact/signals'
import { listOf, number, orNull, record, text } from '../../api/checks.ts'
import { formatCount } from '../../format/number.ts'
import { useDashboard } from '../../state/use-dashboard.ts'
import { FormField } from '../form-field.tsx'
import { useChange } from '../use-change.ts'

const HOURS: readonly (readonly [hours: number, words: string])[] = [
  [24, '24 hours'],
  [24 * 7, '7 days'],
  [24 * 30, '30 days'],
]
const SHOWN = 20
const isDryRun = record({ from: number, to: number, windows: number, alerts: listOf(record({ value: orNull(text), message: text, startedAt: number, endedAt: orNull(number) })) })

/** What a rule would have found. @param rule - tells it when it is asked for */
export function DryRun({ rule }: { readonly rule: () => Partial<AlertRuleInput> }) {
  const { dates } = useDashboard()
  const hours = useSignal(24)
  const found = useSignal<AlertDryRun | null>(null)
  const { isBusy, refusal, make } = useChange()
  const toText = (at: number) => `${dates.value.day(at)}, ${dates.value.time(at)}`

  async function run() {
    found.value = null
    // The boundary cast: it is checked by `isDryRun`.
    found.value = (await make({ method: 'POST', path: 'api/v1/alert-rules/dry-run', body: { rule: rule(), hours: hours.value } }, isDryRun)) as AlertDryRun | null
  }
  const { value } = found
  return (
    <div class="form dry-run">
      <FormField label="Try it on">
        <select value={String(hours.value)} onInput={({ currentTarget }) => (hours.value = Number(currentTarget.value))}>
          {HOURS.map(([length, words]) => (
            <option key={length} value={String(length)}>
              the last {words}
            </option>
          ))}
        </select>
      </FormField>
      <p class="form__actions">
        <button type="button" class="button" disabled={isBusy} onClick={() => void run()}>
          What would it have found?
        </button>
      </p>
      <p role="alert">{refusal}</p>
      <div role="status" class="form__actions dry-run__found">
        {isBusy && <p class="quiet">Looking…</p>}
        {value !== null && (
          <p>
            From {toText(value.from)} to {toText(value.to)}, looked at {formatCount(value.windows)} times: {value.alerts.length === 0 ? 'nothing.' : `${formatCount(value.alerts.length)} ${value.alerts.length === 1 ? 'alert' : 'alerts'}.`}
          </p>
        )}
        {value !== null && value.alerts.length > 0 && (
          <ul class="found">
            {value.alerts.slice(0, SHOWN).map(({ value: of, message, startedAt }) => (
              <li key={`${startedAt} ${of ?? ''}`}>
                <span class="quiet">{toText(startedAt)}</span> <bdi>{message}</bdi>
              </li>
            ))}
            {value.alerts.length > SHOWN && <li class="quiet">and {formatCount(value.alerts.length - SHOWN)} more</li>}
          </ul>
        )}
      </div>
    </div>
  )
}
