import type { Alert, AlertRule } from '@wayside/protocol'
import { formatDuration } from '../../format/duration.ts'
import { record } from '../../api/checks.ts'
import { useDashboard } from '../../state/use-dashboard.ts'
import { Card } from '../../widgets/card.tsx'
import { DataTable, type Column } from '../../widgets/data-table.tsx'
import { ViewLink } from '../frame/view-link.tsx'
import { useChange } from '../use-change.ts'
import { toRequestChanges } from './to-request-changes.ts'

export interface AlertsCardProps {
  readonly alerts: readonly Alert[]
  readonly rules: readonly AlertRule[]
  /** Whether the reader may say that they know of one. */
  readonly mayWatch: boolean
}

const SEVERITIES = { severe: 'Severe', moderate: 'Moderate', mild: 'Mild' } as const
const TONES = { severe: 'down', moderate: 'degraded', mild: 'none' } as const

/** What was found, the newest first. */
export function AlertsCard({ alerts, rules, mayWatch }: AlertsCardProps) {
  const { dates, now } = useDashboard()
  const { isBusy, refusal, make } = useChange()
  const ruleOf = new Map(rules.map((rule) => [rule.id, rule]))
  const acknowledge = (id: string) => make({ method: 'POST', path: `api/v1/alert/acknowledge?${new URLSearchParams({ id }).toString()}`, body: {} }, record({}))

  const columns: readonly Column<Alert>[] = [
    {
      id: 'message',
      title: 'Alert',
      cell: (alert) => {
        const rule = alert.rule === null ? undefined : ruleOf.get(alert.rule)
        if (rule === undefined) return <bdi class="prose">{alert.message}</bdi>
        return (
          <ViewLink name="requests" changes={toRequestChanges(alert, rule, now.peek())}>
            <bdi class="prose">{alert.message}</bdi>
          </ViewLink>
        )
      },
    },
    {
      id: 'severity',
      title: 'Severity',
      cell: ({ severity, endedAt }) => <span class={`uptime uptime--${endedAt === null ? TONES[severity] : 'none'}`}>{SEVERITIES[severity]}</span>,
    },
    { id: 'from', title: 'From', cell: ({ startedAt }) => `${dates.value.day(startedAt)}, ${dates.value.time(startedAt)}` },
    {
      id: 'for',
      title: 'For',
      cell: ({ startedAt, endedAt }) => (endedAt === null ? `${formatDuration(Math.max(0, now.peek() - startedAt))} so far` : formatDuration(endedAt - startedAt)),
    },
    {
      id: 'known',
      title: 'Known',
      cell: ({ id, acknowledgedAt, acknowledgedBy, message }) => {
        if (acknowledgedAt !== null) return <span title={acknowledgedBy ?? undefined}>since {dates.value.time(acknowledgedAt)}</span>
        if (!mayWatch) return 'no'
        return (
          <button type="button" class="button button--small" aria-label={`I know of ${message}`} disabled={isBusy} onClick={() => void acknowledge(id)}>
            I know
          </button>
        )
      },
    },
  ]
  return (
    <Card title="Alerts">
      <DataTable caption="Alerts" columns={columns} rows={alerts} rowKey={({ id }) => id} empty="Nothing was found." limit={20} isLabelled />
      <p role="alert">{refusal}</p>
    </Card>
  )
}
