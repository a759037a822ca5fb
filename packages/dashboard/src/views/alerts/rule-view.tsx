import type { AlertRule, ChannelsList } from '@wayside/protocol'
import { record } from '../../api/checks.ts'
import { useDashboard } from '../../state/use-dashboard.ts'
import { Card } from '../../widgets/card.tsx'
import { FigureList } from '../../widgets/figure-list.tsx'
import { formatSeen } from '../cards/columns.tsx'
import { ProblemText } from '../cards/problem-text.tsx'
import { ViewLink } from '../frame/view-link.tsx'
import { useChange } from '../use-change.ts'
import type { ViewProps } from '../view-props.ts'
import { AlertsCard } from './alerts-card.tsx'
import { DryRun } from './dry-run.tsx'
import { RuleForm } from './rule-form.tsx'
import { RuleState } from './rule-state.tsx'
import { describeRule } from './rule-words.ts'
import { withoutState } from './to-rule-input.ts'

/** One rule: what it tells of, whom, and what it has found. */
export function RuleView({ rule, channels, ...props }: ViewProps & { readonly rule: AlertRule; readonly channels: ChannelsList }) {
  const { now, page } = useDashboard()
  const { alerts } = props.answer.extras
  const { mayWatch } = channels
  const names = new Map(channels.channels.map(({ id, name }) => [id, name]))
  const told = rule.channels.map((id) => names.get(id) ?? 'a channel').join(', ')
  return (
    <>
      <p class="crumbs">
        <ViewLink name="alerts">All alerts</ViewLink>
        <bdi>{rule.name}</bdi>
        <RuleState rule={rule} />
      </p>
      {mayWatch && <RuleActions rule={rule} />}
      {mayWatch && page.value.params.get('edit') !== null && <RuleForm rule={rule} channels={channels.channels} key={rule.id} />}
      {rule.fault !== null && (
        <p class="banner banner--bad">
          <bdi>{rule.fault}</bdi>
        </p>
      )}
      <FigureList
        items={[
          { label: 'Tells when', value: <bdi>{describeRule(rule)}</bdi> },
          { label: 'Severity', value: rule.severity },
          { label: 'Tells', value: told === '' ? 'this page alone' : <bdi>{told}</bdi> },
          { label: 'Not again for', value: `${rule.suppressMinutes} min` },
          { label: 'Over after', value: `${rule.recoverMinutes} min` },
          { label: 'Looked at', value: formatSeen(rule.evaluatedUntil, now.peek()) },
        ]}
      />
      {alerts === undefined ? <ProblemText title="Alerts" of={props} name="alerts" /> : <AlertsCard alerts={alerts.alerts} rules={[rule]} mayWatch={mayWatch} />}
      {mayWatch && page.value.params.get('edit') === null && (
        <Card title="Try it">
          <DryRun rule={() => withoutState(rule)} />
        </Card>
      )}
    </>
  )
}

function RuleActions({ rule: { id, name, enabled } }: { readonly rule: AlertRule }) {
  const { address } = useDashboard()
  const { isBusy, refusal, make } = useChange()
  const path = `api/v1/alert-rule?${new URLSearchParams({ id }).toString()}`

  async function remove() {
    if (!confirm(`Remove ${name}? What it has found stays.`)) return
    if ((await make({ method: 'DELETE', path }, record({}))) !== null) address.set({ rule: null })
  }
  return (
    <>
      <p class="form__actions">
        <button type="button" class="button" onClick={() => address.set({ edit: '' })}>
          Change
        </button>
        <button type="button" class="button" disabled={isBusy} onClick={() => void make({ method: 'PATCH', path, body: { enabled: !enabled } }, record({}))}>
          {enabled ? 'Turn off' : 'Turn on'}
        </button>
        <button type="button" class="button button--plain" disabled={isBusy} onClick={() => void remove()}>
          Remove
        </button>
      </p>
      <p role="alert">{refusal}</p>
    </>
  )
}
