import type { MonitorReport } from '@wayside/protocol'
import { formatDuration } from '../../format/duration.ts'
import { useDashboard } from '../../state/use-dashboard.ts'

/** What is wrong with a target, where something is. */
export function StateWords({ monitor: { incident, reason, state, inMaintenance } }: { readonly monitor: MonitorReport }) {
  const { now } = useDashboard()
  if (incident !== null)
    return (
      <p class="banner banner--bad">
        Down for {formatDuration(Math.max(0, now.peek() - incident.startedAt))}, because {incident.reason}.
      </p>
    )
  if (inMaintenance) return <p class="banner">Under maintenance: what checks find counts for nothing.</p>
  return reason === null || state === 'up' ? null : (
    <p class="banner">
      The last check found it {state}, because {reason}.
    </p>
  )
}
