import { ALERT_SEVERITIES, ALERT_WINDOWS, COMPARISONS, DIMENSIONS, type AlertRule, type Channel } from '@wayside/protocol'
import { useSignal } from '@preact/signals'
import { record, text } from '../../api/checks.ts'
import { toFilter } from '../../state/chip.ts'
import { useDashboard } from '../../state/use-dashboard.ts'
import { Card } from '../../widgets/card.tsx'
import { DIMENSION_NAMES } from '../dimension-words.ts'
import { FormField } from '../form-field.tsx'
import { useChange } from '../use-change.ts'
import { ChannelChoices } from './channel-choices.tsx'
import { CONDITIONS } from './conditions.ts'
import { DryRun } from './dry-run.tsx'
import { WATCHED_METRICS } from './metric-words.ts'
import { nameWindow } from './rule-words.ts'
import { toRuleFields, toRuleInput, withKind, type RuleField, type RuleFields } from './to-rule-input.ts'

export interface RuleFormProps {
  /** What is changed; `null` for a new one. */
  readonly rule: AlertRule | null
  readonly channels: readonly Channel[]
}

const COMPARED = { gt: 'above', gte: 'at least', lt: 'below', lte: 'at most' } as const

/** Makes a rule or changes one; what it would have found can be seen before it is kept. */
export function RuleForm({ rule, channels }: RuleFormProps) {
  const { address, page } = useDashboard()
  const fields = useSignal<RuleFields>(toRuleFields(rule))
  const told = useSignal<readonly string[]>(rule?.channels ?? channels.map(({ id }) => id))
  const { isBusy, refusal, make } = useChange()

  const set = (field: RuleField) => (event: Event) => {
    const { currentTarget } = event
    if (currentTarget instanceof HTMLInputElement || currentTarget instanceof HTMLSelectElement || currentTarget instanceof HTMLTextAreaElement) fields.value = { ...fields.value, [field]: currentTarget.value }
  }
  const field = (name: RuleField) => ({ value: fields.value[name], onInput: set(name) })
  const pageFilter = toFilter(page.value.scope.chips)
  const of = rule === null ? '' : `?${new URLSearchParams({ id: rule.id }).toString()}`

  async function save(event: Event) {
    event.preventDefault()
    const change = { method: rule === null ? ('POST' as const) : ('PATCH' as const), path: rule === null ? 'api/v1/alert-rules' : `api/v1/alert-rule${of}`, body: toRuleInput(fields.value, told.value) }
    const saved = await make(change, record({ id: text }))
    // The boundary cast: it was checked a moment ago.
    if (saved !== null) address.set({ rule: (saved as { readonly id: string }).id, edit: null })
  }

  const { kind } = fields.value
  const condition = CONDITIONS.find((each) => each.kind === kind)
  return (
    <Card title={rule === null ? 'A new rule' : `Change ${rule.name}`}>
      <form class="form" onSubmit={(event) => void save(event)}>
        <FormField label="Name">
          <input required maxLength={100} {...field('name')} />
        </FormField>
        <FormField label="Metric">
          <select {...field('metric')}>
            {WATCHED_METRICS.map(([metric, words]) => (
              <option key={metric} value={metric}>
                {words}
              </option>
            ))}
          </select>
        </FormField>
        <FormField label="Of each" hint="Each value is watched by itself">
          <select {...field('dimension')}>
            <option value="">all together</option>
            {DIMENSIONS.map((dimension) => (
              <option key={dimension} value={dimension}>
                {DIMENSION_NAMES[dimension]}
              </option>
            ))}
          </select>
        </FormField>
        <FormField label="In">
          <select {...field('window')}>
            {ALERT_WINDOWS.map((minutes) => (
              <option key={minutes} value={String(minutes)}>
                {nameWindow(minutes)}
              </option>
            ))}
          </select>
        </FormField>
        <FormField label="Tells when it is" hint={condition?.hint ?? ''}>
          <select value={kind} onInput={({ currentTarget }) => (fields.value = withKind(fields.value, currentTarget.value))}>
            {CONDITIONS.map((each) => (
              <option key={each.kind} value={each.kind}>
                {each.title}
              </option>
            ))}
          </select>
        </FormField>
        {kind === 'threshold' && (
          <FormField label="It is">
            <select {...field('comparison')}>
              {COMPARISONS.map((comparison) => (
                <option key={comparison} value={comparison}>
                  {COMPARED[comparison]}
                </option>
              ))}
            </select>
          </FormField>
        )}
        {condition?.fields.map(([name, label, hint]) => (
          <FormField key={name} label={label} hint={hint}>
            <input required inputMode="decimal" {...field(name)} />
          </FormField>
        ))}
        <FormField label="Severity">
          <select {...field('severity')}>
            {ALERT_SEVERITIES.map((severity) => (
              <option key={severity}>{severity}</option>
            ))}
          </select>
        </FormField>
        <ChannelChoices channels={channels} chosen={told} />
        <details class="form__more">
          <summary>More</summary>
          <div class="form">
            <FormField label="Times in a row">
              <input required inputMode="numeric" {...field('consecutive')} />
            </FormField>
            <FormField label="Requests at least" hint="With fewer a value says nothing">
              <input required inputMode="numeric" {...field('minRequests')} />
            </FormField>
            <FormField label="Not again for, minutes">
              <input required inputMode="numeric" {...field('suppress')} />
            </FormField>
            <FormField label="Over after, minutes" hint="Without meeting the condition">
              <input required inputMode="numeric" {...field('recover')} />
            </FormField>
            <FormField label="Filter" hint="As in queries; empty for all requests">
              <textarea rows={2} spellcheck={false} {...field('filter')} />
            </FormField>
            {pageFilter !== null && (
              <p class="form__actions">
                <button type="button" class="button button--small" onClick={() => (fields.value = { ...fields.value, filter: JSON.stringify(pageFilter) })}>
                  Take the filters of this page
                </button>
              </p>
            )}
          </div>
        </details>
        <p class="form__actions">
          <button type="submit" class="button button--main" disabled={isBusy}>
            {rule === null ? 'Make the rule' : 'Save'}
          </button>
          <button type="button" class="button" onClick={() => address.set({ edit: null })}>
            Cancel
          </button>
        </p>
        <p role="alert">{refusal}</p>
      </form>
      <DryRun rule={() => toRuleInput({ ...fields.peek(), name: fields.peek().name.trim() === '' ? 'try' : fields.peek().name }, [])} />
    </Card>
  )
}
