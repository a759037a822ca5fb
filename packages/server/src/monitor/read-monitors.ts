import { quantileUs, type MaintenanceWindow, type MonitorIncident, type MonitorLatency, type MonitorReport, type Uptimes } from '@wayside/protocol'
import { createCalendar } from '../query/calendar.ts'
import type { CoveredTime, Incident } from '../registry/monitor-history.ts'
import type { Project } from '../registry/registry.ts'
import { addCoverage, HOUR_MS, isWithin, NO_COVERAGE, toCovered, toHours, uptimeOf, type Coverage, type Span } from './coverage.ts'
import type { Monitor } from './monitor.ts'
import type { Monitoring } from './monitoring.ts'

const BARS = 90
/** No day is longer. */
const LONGEST_DAY_MS = 25 * HOUR_MS

/** How the monitors of a project do. */
export async function readMonitors(
  { monitors, history, maintenance }: Pick<Monitoring, 'monitors' | 'history' | 'maintenance'>,
  { id: projectId, timeZone }: Pick<Project, 'id' | 'timeZone'>,
  now: number,
): Promise<readonly MonitorReport[]> {
  const bars = toBars(timeZone, now)
  const from = bars[0]?.from ?? now
  const list = await monitors.list(projectId)
  const [days, hours, windows, incidents] = await Promise.all([
    history.days(projectId, from),
    history.hours(projectId, now - (now % HOUR_MS) - 24 * HOUR_MS),
    maintenance.list(projectId, now - LONGEST_DAY_MS * 2),
    history.incidentsOpen(projectId),
  ])
  const [daysOf, hoursOf] = [byMonitor(days), byMonitor(hours)]
  return list.map((monitor) =>
    toReport(monitor, {
      bars,
      days: daysOf.get(monitor.id) ?? [],
      hours: hoursOf.get(monitor.id) ?? [],
      planned: windowsOf(monitor, windows),
      incident: incidents.find(({ monitorId }) => monitorId === monitor.id) ?? null,
      now,
    }),
  )
}

function byMonitor(times: readonly CoveredTime[]): ReadonlyMap<number, readonly CoveredTime[]> {
  const groups = new Map<number, CoveredTime[]>()
  for (const time of times) {
    const group = groups.get(time.monitorId)
    if (group === undefined) groups.set(time.monitorId, [time])
    else group.push(time)
  }
  return groups
}

interface ReportParts {
  readonly bars: readonly Span[]
  readonly days: readonly CoveredTime[]
  readonly hours: readonly CoveredTime[]
  readonly planned: readonly Span[]
  readonly incident: Incident | null
  readonly now: number
}

function toReport(monitor: Monitor, { bars, days, hours, planned, incident, now }: ReportParts): MonitorReport {
  const { publicId, standing, headers, id: _id, projectId: _project, revision: _revision, ...settings } = monitor
  const tail = toTail(monitor, planned, now)
  const known = sumByBar(days, bars)
  const byDay = bars.map(({ from }, at) => ({ time: from, ...addCoverage(known.get(at) ?? NO_COVERAGE, at === bars.length - 1 ? tail : NO_COVERAGE) }))
  const of = (count: number): number | null => uptimeOf(byDay.slice(-count).reduce<Coverage>(addCoverage, NO_COVERAGE))
  const uptime: Uptimes = { hours24: uptimeOf(hours.reduce<Coverage>(addCoverage, tail)), days7: of(7), days30: of(30), days90: of(BARS) }
  return {
    ...settings,
    id: publicId,
    headerNames: Object.keys(headers),
    state: standing.state,
    reason: standing.reason,
    checkedAt: standing.checkedAt,
    inMaintenance: isWithin(now, planned),
    incident: incident === null ? null : toIncidentAnswer(incident, publicId),
    uptime,
    days: byDay,
  }
}

/** What is known of each bar, by its place. A day of another time zone, which the project had then, counts for the bar that holds its middle. */
function sumByBar(days: readonly CoveredTime[], bars: readonly Span[]): ReadonlyMap<number, Coverage> {
  const sums = new Map<number, Coverage>()
  for (const day of days) {
    const middle = day.time + 12 * HOUR_MS
    const at = bars.findLastIndex(({ from, to }) => middle >= from && middle < to)
    if (at !== -1) sums.set(at, addCoverage(sums.get(at) ?? NO_COVERAGE, day))
  }
  return sums
}

/** What the last check stands for so far: no hour has it yet. */
function toTail({ standing: { checkedAt, state }, intervalMs, paused }: Monitor, planned: readonly Span[], now: number): Coverage {
  if (checkedAt === null || state === null || paused) return NO_COVERAGE
  return [...toHours(toCovered(checkedAt, now, intervalMs), state, planned).values()].reduce(addCoverage, NO_COVERAGE)
}

function windowsOf({ publicId }: Monitor, windows: readonly MaintenanceWindow[]): readonly Span[] {
  return windows.filter(({ monitor }) => monitor === null || monitor === publicId)
}

/** The last days, today among them. */
function toBars(timeZone: string, now: number): readonly Span[] {
  const calendar = createCalendar('day', timeZone)
  let from = calendar.startOf(now)
  const bars: Span[] = [{ from, to: calendar.next(from) }]
  while (bars.length < BARS) {
    const to = from
    from = calendar.startOf(from - 1)
    bars.unshift({ from, to })
  }
  return bars
}

export function toIncidentAnswer({ id, startedAt, openedAt, endedAt, reason }: Incident, monitor: string): MonitorIncident {
  return { id, monitor, startedAt, openedAt, endedAt, reason }
}

/** Percentiles of answers, by the hour and together. */
export function toLatency(hours: readonly { readonly hour: number; readonly counts: ReadonlyMap<number, number> }[]): MonitorLatency {
  const all = new Map<number, number>()
  const rows = hours.flatMap(({ hour, counts }) => {
    for (const [bucket, count] of counts) all.set(bucket, (all.get(bucket) ?? 0) + count)
    const { p50Us, p95Us, p99Us } = toPercentiles(counts)
    if (p50Us === null || p95Us === null || p99Us === null) return []
    return [{ time: hour, checks: [...counts.values()].reduce((sum, count) => sum + count, 0), p50Us, p95Us, p99Us }]
  })
  return { hours: rows, ...toPercentiles(all) }
}

function toPercentiles(counts: ReadonlyMap<number, number>) {
  const at = (q: number): number | null => {
    const us = quantileUs(counts, q)
    return us === null ? null : Math.round(us)
  }
  return { p50Us: at(0.5), p95Us: at(0.95), p99Us: at(0.99) }
}
