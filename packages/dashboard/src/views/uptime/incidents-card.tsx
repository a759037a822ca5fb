import type { MonitorIncident, MonitorReport } from '@wayside/protocol'
import { formatDuration } from '../../format/duration.ts'
import { useDashboard } from '../../state/use-dashboard.ts'
import { Card } from '../../widgets/card.tsx'
import { DataTable, type Column } from '../../widgets/data-table.tsx'
import { ViewLink } from '../frame/view-link.tsx'

export interface IncidentsCardProps {
  readonly incidents: readonly MonitorIncident[]
  readonly monitors: readonly MonitorReport[]
}

/** When targets were down, and why. */
export function IncidentsCard({ incidents, monitors }: IncidentsCardProps) {
  const { dates, now } = useDashboard()
  const names = new Map(monitors.map(({ id, name }) => [id, name]))
  const columns: readonly Column<MonitorIncident>[] = [
    {
      id: 'monitor',
      title: 'Monitor',
      cell: ({ monitor }) => (
        <ViewLink name="uptime" changes={{ monitor }}>
          <bdi>{names.get(monitor) ?? monitor}</bdi>
        </ViewLink>
      ),
    },
    { id: 'reason', title: 'Because', cell: ({ reason }) => reason },
    { id: 'from', title: 'Down from', cell: ({ startedAt }) => `${dates.value.day(startedAt)}, ${dates.value.time(startedAt)}` },
    { id: 'for', title: 'For', cell: ({ startedAt, endedAt }) => (endedAt === null ? `${formatDuration(Math.max(0, now.peek() - startedAt))} so far` : formatDuration(endedAt - startedAt)) },
  ]
  return (
    <Card title="Incidents">
      <DataTable caption="Incidents" columns={columns} rows={incidents} rowKey={({ id }) => String(id)} empty="There were none." limit={10} isLabelled />
    </Card>
  )
}
