import type { Alerting } from '../alert/alerting.ts'
import type { IncidentEvent } from '../registry/monitor-history.ts'
import type { Registry } from '../registry/registry.ts'

export interface TellIncident {
  readonly registry: Pick<Registry, 'projects'>
  readonly alerting: Pick<Alerting, 'tellAll'>
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** Tells all channels of the monitor's project that its target went down, or is up again. */
export async function tellIncident({ kind, monitor, incident }: IncidentEvent, { registry, alerting, now }: TellIncident): Promise<void> {
  const project = (await registry.projects()).find(({ id }) => id === monitor.projectId)
  if (project === undefined) return
  const opened = kind === 'opened'
  await alerting.tellAll(project.id, {
    event: opened ? 'incident.opened' : 'incident.closed',
    project: project.name,
    title: opened ? `${monitor.name} is down` : `${monitor.name} is up again`,
    text: opened ? `It is down because ${incident.reason}.` : `It was down because ${incident.reason}.`,
    severity: opened ? 'severe' : null,
    at: now(),
    about: { monitor: monitor.publicId, startedAt: incident.startedAt, endedAt: incident.endedAt },
  })
}
