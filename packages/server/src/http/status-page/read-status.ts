import type { MaintenanceWindow, MonitorReport, StatusPage } from '@wayside/protocol'
import { readMonitors } from '../../monitor/read-monitors.ts'
import { readQuery } from '../../query/read-query.ts'
import type { Project } from '../../registry/registry.ts'
import type { Services } from '../services.ts'

/** Incidents are shown for as long. */
const INCIDENTS_MS = 14 * 86_400_000
const MAX_INCIDENTS = 50

/** What a public page tells. Nothing else of the project reaches the page. */
export interface PublicStatus {
  readonly title: string
  readonly description: string
  readonly timeZone: string
  /** Milliseconds since 1970. */
  readonly at: number
  readonly monitors: readonly PublicMonitor[]
  /** The newest first. */
  readonly incidents: readonly { readonly name: string; readonly startedAt: number; readonly endedAt: number | null }[]
  /** Under way or planned, the earliest first; `name` is `null` for all monitors. */
  readonly maintenance: readonly { readonly name: string | null; readonly from: number; readonly to: number; readonly note: string }[]
  /** Parts of the real requests that were answered without a server error, by day; `null` where the page does not tell. */
  readonly traffic: { readonly whole: number | null; readonly days: readonly { readonly time: number; readonly part: number | null }[] } | null
}

export interface PublicMonitor extends Pick<MonitorReport, 'uptime' | 'days' | 'inMaintenance'> {
  readonly id: string
  readonly name: string
  /** `paused` is not checked, `waiting` has not been checked yet. */
  readonly state: 'up' | 'degraded' | 'down' | 'paused' | 'waiting'
}

type Sources = Pick<Services, 'monitoring' | 'registry' | 'store' | 'now' | 'completeUntil'>

/** What a page tells now, `null` where there is none at that address. */
export async function readStatus(services: Sources, slug: string): Promise<PublicStatus | null> {
  const { monitoring, registry, now } = services
  const page = await monitoring.pages.find(slug)
  const project = page === null ? null : ((await registry.projects()).find(({ id }) => id === page.projectId) ?? null)
  if (page === null || project === null) return null
  const at = now()
  const [reports, incidents, windows, traffic] = await Promise.all([
    readMonitors(monitoring, project, at),
    monitoring.history.incidents(project.id, null, null, MAX_INCIDENTS),
    monitoring.maintenance.list(project.id, at),
    page.showsTraffic ? readTraffic(services, project, at) : null,
  ])
  const names = new Map(page.monitors.map(({ monitor, name }) => [monitor, name]))
  const ids = new Map((await monitoring.monitors.list(project.id)).map(({ id, publicId }) => [id, publicId]))
  const nameOf = (id: string | undefined): string | null => (id === undefined ? null : (names.get(id) ?? null))
  return {
    title: page.title,
    description: page.description,
    timeZone: project.timeZone,
    at,
    monitors: toMonitors(page, reports),
    incidents: incidents.flatMap(({ monitorId, startedAt, endedAt }) => {
      const name = nameOf(ids.get(monitorId))
      return name === null || (endedAt ?? at) < at - INCIDENTS_MS ? [] : [{ name, startedAt, endedAt }]
    }),
    maintenance: windows.flatMap((window) => toMaintenance(window, nameOf)),
    traffic,
  }
}

function toMonitors({ monitors }: StatusPage, reports: readonly MonitorReport[]): readonly PublicMonitor[] {
  return monitors.flatMap(({ monitor, name }) => {
    const report = reports.find(({ id }) => id === monitor)
    if (report === undefined) return []
    const { state, paused, uptime, days, inMaintenance } = report
    return [{ id: monitor, name, state: paused ? 'paused' : (state ?? 'waiting'), uptime, days, inMaintenance }]
  })
}

function toMaintenance({ monitor, from, to, note }: MaintenanceWindow, nameOf: (id: string) => string | null): PublicStatus['maintenance'] {
  const name = monitor === null ? null : nameOf(monitor)
  return monitor !== null && name === null ? [] : [{ name, from, to, note }]
}

async function readTraffic({ store, completeUntil }: Sources, project: Project, now: number): Promise<PublicStatus['traffic']> {
  const query = { metrics: ['requests', 'serverErrors'], dimensions: ['time:day'], range: '90d', totals: true } as const
  const { rows, totals } = await readQuery({ engine: store, project, query, now, completeUntil: completeUntil() })
  const part = (requests: unknown, errors: unknown): number | null => (typeof requests === 'number' && typeof errors === 'number' && requests > 0 ? 1 - errors / requests : null)
  return { whole: part(totals?.[0], totals?.[1]), days: rows.map(([time, requests, errors]) => ({ time: Number(time), part: part(requests, errors) })) }
}
