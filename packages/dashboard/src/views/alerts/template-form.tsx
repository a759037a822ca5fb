import type { AlertTemplate, Channel } from '@wayside/protocol'
import { useSignal } from '@preact/signals'
import { record, text } from '../../api/checks.ts'
import { useDashboard } from '../../state/use-dashboard.ts'
import { FormField } from '../form-field.tsx'
import { useChange } from '../use-change.ts'
import { ChannelChoices } from './channel-choices.tsx'
import { toParameterWords } from './to-parameter-words.ts'

export interface TemplateFormProps {
  readonly templates: readonly AlertTemplate[]
  readonly channels: readonly Channel[]
}

/** Makes a rule of a kind that many want. */
export function TemplateForm({ templates, channels }: TemplateFormProps) {
  const { address } = useDashboard()
  const chosen = useSignal(templates[0]?.name ?? '')
  /** What was written, by template and parameter. */
  const written = useSignal<Readonly<Record<string, string>>>({})
  const told = useSignal<readonly string[]>(channels.map(({ id }) => id))
  const { isBusy, refusal, make } = useChange()
  const template = templates.find(({ name }) => name === chosen.value)
  if (template === undefined) return null
  const keyOf = (parameter: string) => `${template.name} ${parameter}`

  async function save(event: Event) {
    event.preventDefault()
    if (template === undefined) return
    const parameters = Object.fromEntries(template.parameters.map(({ name, default: usual }) => [name, Number(written.value[keyOf(name)] ?? usual)]))
    const made = await make({ method: 'POST', path: 'api/v1/alert-templates/rule', body: { template: template.name, parameters, channels: told.value } }, record({ id: text }))
    // The boundary cast: it was checked a moment ago.
    if (made !== null) address.set({ rule: (made as { readonly id: string }).id })
  }
  return (
    <details class="form__more">
      <summary>From a template</summary>
      <form class="form" onSubmit={(event) => void save(event)}>
        <FormField label="Template">
          <select value={chosen.value} onInput={({ currentTarget }) => (chosen.value = currentTarget.value)}>
            {templates.map(({ name, title }) => (
              <option key={name} value={name}>
                {title}
              </option>
            ))}
          </select>
        </FormField>
        <p class="form__actions quiet">{template.description}</p>
        {template.parameters.map(({ name, description, default: usual, min, max }) => (
          <FormField key={keyOf(name)} label={toParameterWords(name)} hint={description}>
            <input
              required
              type="number"
              step="any"
              {...{ min, max }}
              value={written.value[keyOf(name)] ?? String(usual)}
              onInput={({ currentTarget }) => (written.value = { ...written.value, [keyOf(name)]: currentTarget.value })}
            />
          </FormField>
        ))}
        <ChannelChoices channels={channels} chosen={told} />
        <p class="form__actions">
          <button type="submit" class="button" disabled={isBusy}>
            Make the rule
          </button>
        </p>
        <p role="alert">{refusal}</p>
      </form>
    </details>
  )
}
