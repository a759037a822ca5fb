import type { MonitorReport } from '@wayside/protocol'
import { useDashboard } from '../../state/use-dashboard.ts'
import { Card } from '../../widgets/card.tsx'
import { DataTable, type Column } from '../../widgets/data-table.tsx'
import { formatSeen } from '../cards/columns.tsx'
import { ProblemText } from '../cards/problem-text.tsx'
import { ViewLink } from '../frame/view-link.tsx'
import type { ViewProps } from '../view-props.ts'
import { DayBars } from './day-bars.tsx'
import { IncidentsCard } from './incidents-card.tsx'
import { MaintenanceCard } from './maintenance-card.tsx'
import { MonitorForm } from './monitor-form.tsx'
import { MonitorView } from './monitor-view.tsx'
import { StateTag } from './state-tag.tsx'
import { StatusPagesCard } from './status-pages-card.tsx'
import { formatUptime, toStateWord } from './uptime-words.ts'

/** Whether addresses answer, or one of them. */
export function UptimeView(props: ViewProps) {
  const { monitors } = props.answer.extras
  const wanted = props.page.params.get('monitor') ?? ''
  if (monitors === undefined) return <ProblemText title="Monitors" of={props} name="monitors" />
  const monitor = monitors.monitors.find(({ id }) => id === wanted)
  if (monitor !== undefined) return <MonitorView {...props} monitor={monitor} />
  return wanted === '' ? <AllMonitors {...props} monitors={monitors.monitors} /> : <Missing />
}

function Missing() {
  return (
    <p class="crumbs">
      <ViewLink name="uptime">All monitors</ViewLink>
      There is no such monitor any more.
    </p>
  )
}

function AllMonitors({ monitors, ...props }: ViewProps & { readonly monitors: readonly MonitorReport[] }) {
  const { address, now, page } = useDashboard()
  const { incidents, maintenance, statusPages } = props.answer.extras
  const isNew = page.value.params.get('edit') !== null
  return (
    <>
      {isNew && <MonitorForm monitor={null} />}
      <Card
        title="Monitors"
        actions={
          !isNew && (
            <button type="button" class="button button--small" onClick={() => address.set({ edit: '' })}>
              New monitor
            </button>
          )
        }
      >
        <DataTable
          caption="Monitors"
          columns={toColumns(now.peek())}
          rows={monitors}
          rowKey={({ id }) => id}
          empty="None yet. A monitor asks an address again and again, and says whether it answers."
          limit={100}
          isLabelled
        />
      </Card>
      <IncidentsCard incidents={incidents?.incidents ?? []} monitors={monitors} />
      <MaintenanceCard windows={maintenance?.windows ?? []} monitors={monitors} />
      <StatusPagesCard pages={statusPages?.pages ?? []} monitors={monitors} />
    </>
  )
}

function toColumns(now: number): readonly Column<MonitorReport>[] {
  return [
    {
      id: 'name',
      title: 'Monitor',
      cell: ({ id, name }) => (
        <ViewLink name="uptime" changes={{ monitor: id }}>
          <bdi>{name}</bdi>
        </ViewLink>
      ),
    },
    { id: 'state', title: 'State', cell: (monitor) => <StateTag state={toStateWord(monitor)} /> },
    { id: 'bars', title: 'The last 90 days', cell: (monitor) => <DayBars {...monitor} /> },
    { id: 'day', title: '24 hours', cell: ({ uptime }) => formatUptime(uptime.hours24) },
    { id: 'month', title: '30 days', cell: ({ uptime }) => formatUptime(uptime.days30) },
    { id: 'checked', title: 'Last check', cell: ({ checkedAt }) => <span class="quiet">{formatSeen(checkedAt, now)}</span> },
  ]
}
