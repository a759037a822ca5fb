import type { AlertRule, ChannelsList } from '@wayside/protocol'
import { useDashboard } from '../../state/use-dashboard.ts'
import { Card } from '../../widgets/card.tsx'
import { DataTable, type Column } from '../../widgets/data-table.tsx'
import { formatSeen } from '../cards/columns.tsx'
import { ProblemText } from '../cards/problem-text.tsx'
import { ViewLink } from '../frame/view-link.tsx'
import type { ViewProps } from '../view-props.ts'
import { AlertsCard } from './alerts-card.tsx'
import { ChannelsCard } from './channels-card.tsx'
import { RuleForm } from './rule-form.tsx'
import { RuleState } from './rule-state.tsx'
import { RuleView } from './rule-view.tsx'
import { describeRule } from './rule-words.ts'
import { TemplateForm } from './template-form.tsx'

const NOBODY: ChannelsList = { canMail: false, mayWatch: false, mayChange: false, channels: [] }

/** What is watched and what was found, or one rule. */
export function AlertsView(props: ViewProps) {
  const { alertRules, channels = NOBODY } = props.answer.extras
  const wanted = props.page.params.get('rule') ?? ''
  if (alertRules === undefined) return <ProblemText title="Rules" of={props} name="alertRules" />
  const rule = alertRules.rules.find(({ id }) => id === wanted)
  if (rule !== undefined) return <RuleView {...props} rule={rule} channels={channels} />
  return wanted === '' ? <AllAlerts {...props} rules={alertRules.rules} channels={channels} /> : <Missing />
}

function Missing() {
  return (
    <p class="crumbs">
      <ViewLink name="alerts">All alerts</ViewLink>
      There is no such rule any more.
    </p>
  )
}

function AllAlerts({ rules, channels, ...props }: ViewProps & { readonly rules: readonly AlertRule[]; readonly channels: ChannelsList }) {
  const { address, now, page } = useDashboard()
  const { alerts, alertTemplates } = props.answer.extras
  const { mayWatch } = channels
  const isNew = mayWatch && page.value.params.get('edit') !== null
  return (
    <>
      {isNew && <RuleForm rule={null} channels={channels.channels} />}
      {alerts === undefined ? <ProblemText title="Alerts" of={props} name="alerts" /> : <AlertsCard alerts={alerts.alerts} rules={rules} mayWatch={mayWatch} />}
      <Card
        title="Rules"
        actions={
          mayWatch &&
          !isNew && (
            <button type="button" class="button button--small" onClick={() => address.set({ edit: '' })}>
              New rule
            </button>
          )
        }
      >
        <DataTable
          caption="Rules"
          columns={toColumns(now.peek())}
          rows={rules}
          rowKey={({ id }) => id}
          empty="None yet. A rule watches a metric, and tells when it is not as it should be."
          limit={100}
          isLabelled
        />
        {mayWatch && alertTemplates !== undefined && <TemplateForm templates={alertTemplates.templates} channels={channels.channels} />}
      </Card>
      {mayWatch && <ChannelsCard list={channels} />}
    </>
  )
}

function toColumns(now: number): readonly Column<AlertRule>[] {
  return [
    {
      id: 'name',
      title: 'Rule',
      cell: (rule) => (
        <>
          <ViewLink name="alerts" changes={{ rule: rule.id }}>
            <bdi>{rule.name}</bdi>
          </ViewLink>
          <small class="prose quiet">
            <bdi>{describeRule(rule)}</bdi>
          </small>
        </>
      ),
    },
    { id: 'state', title: 'State', cell: (rule) => <RuleState rule={rule} /> },
    { id: 'until', title: 'Looked at', cell: ({ evaluatedUntil, enabled }) => <span class="quiet">{enabled ? formatSeen(evaluatedUntil, now) : '–'}</span> },
  ]
}
