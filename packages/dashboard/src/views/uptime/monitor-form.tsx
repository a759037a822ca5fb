import { BODY_RULES, MONITOR_METHODS, type MonitorCheck, type MonitorReport } from '@wayside/protocol'
import { useSignal } from '@preact/signals'
import { number, orNull, record, text } from '../../api/checks.ts'
import { useDashboard } from '../../state/use-dashboard.ts'
import { Card } from '../../widgets/card.tsx'
import { FormField } from '../form-field.tsx'
import { toFields, toInput, type MonitorField, type MonitorFields } from './to-input.ts'
import { describeCheck } from './uptime-words.ts'
import { useChange } from '../use-change.ts'

export interface MonitorFormProps {
  /** What is changed; `null` for a new one. */
  readonly monitor: MonitorReport | null
}

const INTERVALS: readonly (readonly [seconds: number, text: string])[] = [
  [20, '20 seconds'],
  [30, '30 seconds'],
  [60, 'minute'],
  [300, '5 minutes'],
  [900, '15 minutes'],
  [3_600, 'hour'],
  [86_400, 'day'],
]
const RULE_WORDS = { contains: 'has the text', lacks: 'lacks the text', matches: 'matches the pattern' } as const

/** Makes a monitor or changes one; a check can be tried before it is kept. */
export function MonitorForm({ monitor }: MonitorFormProps) {
  const { address } = useDashboard()
  const fields = useSignal<MonitorFields>(toFields(monitor))
  const found = useSignal('')
  const saving = useChange()
  const trying = useChange()

  const set = (field: MonitorField) => (event: Event) => {
    const { currentTarget } = event
    if (currentTarget instanceof HTMLInputElement || currentTarget instanceof HTMLSelectElement || currentTarget instanceof HTMLTextAreaElement) fields.value = { ...fields.value, [field]: currentTarget.value }
  }
  const field = (name: MonitorField) => ({ value: fields.value[name], onInput: set(name) })
  const of = monitor === null ? '' : `?${new URLSearchParams({ id: monitor.id }).toString()}`

  async function save(event: Event) {
    event.preventDefault()
    const change = { method: monitor === null ? ('POST' as const) : ('PATCH' as const), path: monitor === null ? 'api/v1/monitors' : `api/v1/monitor${of}`, body: toInput(fields.value) }
    const saved = await saving.make(change, record({ id: text }))
    // The boundary cast: it was checked a moment ago.
    if (saved !== null) address.set({ monitor: (saved as { readonly id: string }).id, edit: null })
  }

  async function check() {
    found.value = ''
    const { name, ...input } = toInput(fields.value)
    const body = { ...input, name: name === '' ? 'try' : name }
    const result = await trying.make({ method: 'POST', path: `api/v1/monitors/try${of}`, body }, record({ state: text, reason: orNull(text), status: orNull(number), totalUs: number }))
    // The boundary cast: it was checked a moment ago.
    if (result !== null) found.value = describeCheck(result as MonitorCheck)
  }

  const { every, rule } = fields.value
  const intervals = INTERVALS.some(([seconds]) => String(seconds) === every) ? INTERVALS : [...INTERVALS, [Number(every), `${every} seconds`] as const]
  return (
    <Card title={monitor === null ? 'A new monitor' : `Change ${monitor.name}`}>
      <form class="form" onSubmit={(event) => void save(event)}>
        <FormField label="Name">
          <input required maxLength={100} {...field('name')} />
        </FormField>
        <FormField label="Address" hint="HTTP or HTTPS, with its scheme">
          <input required type="url" maxLength={2_048} {...field('url')} />
        </FormField>
        <FormField label="Every">
          <select {...field('every')}>
            {intervals.map(([seconds, words]) => (
              <option key={seconds} value={String(seconds)}>
                {words}
              </option>
            ))}
          </select>
        </FormField>
        <FormField label="Method">
          <select {...field('method')}>
            {MONITOR_METHODS.map((method) => (
              <option key={method}>{method}</option>
            ))}
          </select>
        </FormField>
        <FormField label="Timeout, seconds">
          <input required inputMode="decimal" {...field('timeout')} />
        </FormField>
        <FormField label="Expected status" hint="Codes and ranges, such as 200-299, 404">
          <input required {...field('status')} />
        </FormField>
        <FormField label="The body">
          <select {...field('rule')}>
            <option value="">is not looked at</option>
            {BODY_RULES.map((each) => (
              <option key={each} value={each}>
                {RULE_WORDS[each]}
              </option>
            ))}
          </select>
        </FormField>
        {rule !== '' && (
          <FormField label={rule === 'matches' ? 'Pattern (RE2)' : 'Text'}>
            <input required maxLength={500} {...field('text')} />
          </FormField>
        )}
        <details class="form__more">
          <summary>More</summary>
          <div class="form">
            <FormField label="Slow after, milliseconds" hint="A slower answer is degraded; empty for none">
              <input inputMode="numeric" {...field('slow')} />
            </FormField>
            <FormField label="Certificate, days" hint="One that ends in fewer is degraded; empty for any">
              <input inputMode="numeric" {...field('days')} />
            </FormField>
            <FormField label="Failures that open an incident">
              <input required inputMode="numeric" {...field('failures')} />
            </FormField>
            <FormField label="Successes that close it">
              <input required inputMode="numeric" {...field('successes')} />
            </FormField>
            <FormField label="Redirects that are followed">
              <input required inputMode="numeric" {...field('redirects')} />
            </FormField>
            <FormField label="Headers" hint={toHeadersHint(monitor)}>
              <textarea rows={3} {...field('headers')} />
            </FormField>
          </div>
        </details>
        <p class="form__actions">
          <button type="submit" class="button button--main" disabled={saving.isBusy}>
            {monitor === null ? 'Make the monitor' : 'Save'}
          </button>
          <button type="button" class="button" disabled={trying.isBusy} onClick={() => void check()}>
            Check now
          </button>
          <button type="button" class="button button--plain" onClick={() => address.set({ edit: null })}>
            Cancel
          </button>
        </p>
        <p role="status">{trying.isBusy ? 'Checking …' : trying.refusal === '' ? found.value : trying.refusal}</p>
        <p role="alert">{saving.refusal}</p>
      </form>
    </Card>
  )
}

function toHeadersHint(monitor: MonitorReport | null): string {
  const form = 'One a line, such as X-Key: value. Nobody is shown them again.'
  return monitor === null || monitor.headerNames.length === 0 ? form : `${form} Left empty, ${monitor.headerNames.join(', ')} stay as they are.`
}
