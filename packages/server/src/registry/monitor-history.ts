import { toLatencyBucket } from '@wayside/protocol'
import type { Database, Row, Statements } from '../database/database.ts'
import type { CheckResult } from '../monitor/check-result.ts'
import { HOUR_MS, isWithin, toCovered, toHours, type Coverage, type Span } from '../monitor/coverage.ts'
import type { Monitor, Standing } from '../monitor/monitor.ts'
import { isUndecided, toStanding } from '../monitor/standing.ts'
import { toNumber } from './columns.ts'
import { toStandingOf, toState } from './monitors.ts'

/** A time in which a monitor's target was down. Instants are milliseconds since 1970. */
export interface Incident {
  readonly id: number
  readonly monitorId: number
  /** The first check that failed. */
  readonly startedAt: number
  /** When as many had failed as it takes. */
  readonly openedAt: number
  /** The first check that succeeded, of those that closed it; `null` while it is open. */
  readonly endedAt: number | null
  /** Why the check failed that opened it, to follow "because". */
  readonly reason: string
}

/** What an incident did with a check. */
export interface IncidentEvent {
  readonly kind: 'opened' | 'closed'
  readonly monitor: Monitor
  readonly incident: Incident
}

/** How checks are taken down. */
export interface RecordOptions {
  /** When the next check is made where it decides about an incident. */
  readonly retryAt: number
  /** When the day begins that an hour counts for, in the zone of the project. */
  readonly dayOf: (instant: number) => number
}

/** One hour or day of a monitor, or several together. */
export interface CoveredTime extends Coverage {
  readonly monitorId: number
  /** When it begins. */
  readonly time: number
}

/** What checks have found: each of them for three days, by the hour for ninety, and the incidents. */
export interface MonitorHistory {
  /** Takes a check down, once. What it says goes into the standing; `null` unless an incident opened or closed with it. Nothing happens for settings that changed meanwhile. */
  record(monitor: Monitor, result: CheckResult, options: RecordOptions): Promise<IncidentEvent | null>
  /** The newest first, those before an instant. */
  checks(monitorId: number, before: number, limit: number): Promise<readonly CheckResult[]>
  /** By the days of the project, of all its monitors. */
  days(projectId: number, from: number): Promise<readonly CoveredTime[]>
  /** By the hour, of all monitors of a project. */
  hours(projectId: number, from: number): Promise<readonly CoveredTime[]>
  /** Answers by latency bucket, for each hour. */
  latencies(monitorId: number, from: number): Promise<readonly { readonly hour: number; readonly counts: ReadonlyMap<number, number> }[]>
  /** The newest first, those before an id, of one monitor or of all of the project. */
  incidents(projectId: number, monitorId: number | null, before: number | null, limit: number): Promise<readonly Incident[]>
  /** Those that are open, of all monitors of a project. */
  incidentsOpen(projectId: number): Promise<readonly Incident[]>
  /** Forgets what is too old, a bounded part at a time. */
  prune(now: number): Promise<void>
}

const DAY_MS = 24 * HOUR_MS
export const KEEP_CHECKS_MS = 3 * DAY_MS
/** Ninety days, and the one that they begin in. */
export const KEEP_HOURS_MS = 91 * DAY_MS
const KEEP_INCIDENTS_MS = 400 * DAY_MS

export function createMonitorHistory(database: Database): MonitorHistory {
  return {
    record: (monitor, result, options) => database.transaction((statements) => record(statements, monitor, result, options)),
    async checks(monitorId, before, limit) {
      return (await database.query('SELECT * FROM monitor_checks WHERE monitor_id = $1 AND at < $2 ORDER BY at DESC LIMIT $3', [monitorId, before, limit])).map(toCheck)
    },
    async days(projectId, from) {
      const rows = await database.query(
        `SELECT monitor_id, day AS time, up_ms, degraded_ms, down_ms, maintenance_ms
         FROM monitor_days WHERE day >= $2 AND monitor_id IN (SELECT id FROM monitors WHERE project_id = $1)`,
        [projectId, from],
      )
      return rows.map(toCoveredTime)
    },
    async hours(projectId, from) {
      const rows = await database.query(
        `SELECT monitor_id, hour AS time, up_ms, degraded_ms, down_ms, maintenance_ms
         FROM monitor_hours WHERE hour >= $2 AND monitor_id IN (SELECT id FROM monitors WHERE project_id = $1)`,
        [projectId, from],
      )
      return rows.map(toCoveredTime)
    },
    async latencies(monitorId, from) {
      const rows = await database.query('SELECT hour, latency FROM monitor_hours WHERE monitor_id = $1 AND hour >= $2 ORDER BY hour', [monitorId, from])
      return rows.map((row) => ({ hour: Number(row['hour']), counts: toCounts(row) }))
    },
    async incidents(projectId, monitorId, before, limit) {
      const rows = await database.query(
        `SELECT incidents.* FROM incidents JOIN monitors ON monitors.id = incidents.monitor_id
         WHERE monitors.project_id = $1 AND incidents.monitor_id = COALESCE($2, incidents.monitor_id) AND incidents.id < $3 ORDER BY incidents.id DESC LIMIT $4`,
        [projectId, monitorId, before ?? Number.MAX_SAFE_INTEGER, limit],
      )
      return rows.map(toIncident)
    },
    async incidentsOpen(projectId) {
      return (await database.query('SELECT incidents.* FROM incidents JOIN monitors ON monitors.incident_id = incidents.id WHERE monitors.project_id = $1', [projectId])).map(toIncident)
    },
    async prune(now) {
      await database.query('DELETE FROM monitor_checks WHERE at < $1', [now - KEEP_CHECKS_MS])
      await database.query('DELETE FROM monitor_hours WHERE hour < $1', [now - KEEP_HOURS_MS])
      await database.query('DELETE FROM monitor_days WHERE day < $1', [now - KEEP_HOURS_MS - DAY_MS])
      await database.query('DELETE FROM incidents WHERE closed_at < $1', [now - KEEP_INCIDENTS_MS])
      await database.query('DELETE FROM maintenance_windows WHERE ends_at < $1', [now - KEEP_HOURS_MS])
    },
  }
}

async function record(statements: Statements, monitor: Monitor, result: CheckResult, { retryAt, dayOf }: RecordOptions): Promise<IncidentEvent | null> {
  // Held to the end: the standing before is that of the check before.
  const [row] = await statements.query('UPDATE monitors SET revision = revision WHERE id = $1 AND revision = $2 AND paused = 0 RETURNING *', [monitor.id, monitor.revision])
  if (row === undefined) return null
  const before = toStandingOf(row)
  const isNew = await insertCheck(statements, monitor.id, result)
  if (!isNew || isOvertaken(before, result, monitor)) return null

  const covered = before.checkedAt === null ? null : toCovered(before.checkedAt, result.at, monitor.intervalMs)
  const windows = await findWindows(statements, monitor, { from: covered?.from ?? result.at, to: result.at + 1 })
  if (covered !== null && before.state !== null)
    for (const [hour, coverage] of toHours(covered, before.state, windows)) await addCovered(statements, monitor.id, hour, dayOf(hour), coverage)
  await addCheck(statements, monitor.id, Math.floor(result.at / HOUR_MS) * HOUR_MS, result)

  const { standing, change } = toStanding(before, result, monitor, isWithin(result.at, windows))
  const incident =
    change === null ? null : change.kind === 'open' ? await openIncident(statements, monitor.id, change.since, result) : await closeIncident(statements, before.incidentId, change.since, result.at)
  const incidentId = change === null ? before.incidentId : change.kind === 'open' ? (incident?.id ?? null) : null
  await statements.query('UPDATE monitors SET state = $2, reason = $3, checked_at = $4, streak = $5, streak_since = $6, incident_id = $7 WHERE id = $1', [
    monitor.id,
    standing.state,
    standing.reason,
    standing.checkedAt,
    standing.streak,
    standing.streakSince,
    incidentId,
  ])
  if (isUndecided({ streak: standing.streak, incidentId })) await statements.query('UPDATE monitors SET next_check_at = $2 WHERE id = $1 AND next_check_at > $2', [monitor.id, retryAt])
  return change === null || incident === null ? null : { kind: change.kind === 'open' ? 'opened' : 'closed', monitor: { ...monitor, standing: { ...standing, incidentId } }, incident }
}

/** Whether a check that began later has come to its end before. A clock that was put back is no such thing. */
function isOvertaken({ checkedAt }: Standing, { at }: CheckResult, { timeoutMs }: Monitor): boolean {
  return checkedAt !== null && at < checkedAt && checkedAt - at <= timeoutMs
}

async function insertCheck(statements: Statements, monitorId: number, { at, state, reason, status, timings, certificateEndsAt }: CheckResult): Promise<boolean> {
  const inserted = await statements.query(
    `INSERT INTO monitor_checks (monitor_id, at, state, reason, status, dns_us, connect_us, tls_us, first_byte_us, total_us, certificate_ends_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (monitor_id, at) DO NOTHING RETURNING at`,
    [monitorId, at, state, reason, status, timings.dnsUs, timings.connectUs, timings.tlsUs, timings.firstByteUs, timings.totalUs, certificateEndsAt],
  )
  return inserted.length > 0
}

async function findWindows(statements: Statements, { id, projectId }: Monitor, { from, to }: Span): Promise<readonly Span[]> {
  const rows = await statements.query(
    'SELECT begins_at, ends_at FROM maintenance_windows WHERE project_id = $1 AND (monitor_id IS NULL OR monitor_id = $2) AND ends_at > $3 AND begins_at < $4',
    [projectId, id, from, to],
  )
  return rows.map((row) => ({ from: Number(row['begins_at']), to: Number(row['ends_at']) }))
}

/** Adds to the sums of an hour and of its day. */
async function addCovered(statements: Statements, monitorId: number, hour: number, day: number, { upMs, degradedMs, downMs, maintenanceMs }: Coverage): Promise<void> {
  await statements.query(
    `INSERT INTO monitor_hours (monitor_id, hour, checks, failures, up_ms, degraded_ms, down_ms, maintenance_ms, latency) VALUES ($1, $2, 0, 0, $3, $4, $5, $6, '[]')
     ON CONFLICT (monitor_id, hour) DO UPDATE SET up_ms = monitor_hours.up_ms + excluded.up_ms, degraded_ms = monitor_hours.degraded_ms + excluded.degraded_ms,
       down_ms = monitor_hours.down_ms + excluded.down_ms, maintenance_ms = monitor_hours.maintenance_ms + excluded.maintenance_ms`,
    [monitorId, hour, upMs, degradedMs, downMs, maintenanceMs],
  )
  await statements.query(
    `INSERT INTO monitor_days (monitor_id, day, up_ms, degraded_ms, down_ms, maintenance_ms) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (monitor_id, day) DO UPDATE SET up_ms = monitor_days.up_ms + excluded.up_ms, degraded_ms = monitor_days.degraded_ms + excluded.degraded_ms,
       down_ms = monitor_days.down_ms + excluded.down_ms, maintenance_ms = monitor_days.maintenance_ms + excluded.maintenance_ms`,
    [monitorId, day, upMs, degradedMs, downMs, maintenanceMs],
  )
}

/** Counts a check in its hour, and its answer by how long it took. */
async function addCheck(statements: Statements, monitorId: number, hour: number, { state, status, timings }: CheckResult): Promise<void> {
  const [row = {}] = await statements.query(
    `INSERT INTO monitor_hours (monitor_id, hour, checks, failures, up_ms, degraded_ms, down_ms, maintenance_ms, latency) VALUES ($1, $2, 1, $3, 0, 0, 0, 0, '[]')
     ON CONFLICT (monitor_id, hour) DO UPDATE SET checks = monitor_hours.checks + 1, failures = monitor_hours.failures + excluded.failures RETURNING latency`,
    [monitorId, hour, state === 'down' ? 1 : 0],
  )
  // How long a failure took says nothing of the latency.
  if (status === null) return
  const counts = toCounts(row)
  const bucket = toLatencyBucket(timings.totalUs)
  const added = new Map(counts).set(bucket, (counts.get(bucket) ?? 0) + 1)
  await statements.query('UPDATE monitor_hours SET latency = $3 WHERE monitor_id = $1 AND hour = $2', [monitorId, hour, JSON.stringify([...added])])
}

async function openIncident(statements: Statements, monitorId: number, since: number, { at, reason }: CheckResult): Promise<Incident | null> {
  const [row] = await statements.query('INSERT INTO incidents (monitor_id, started_at, opened_at, reason) VALUES ($1, $2, $3, $4) RETURNING *', [monitorId, since, at, reason ?? 'it was down'])
  return row === undefined ? null : toIncident(row)
}

async function closeIncident(statements: Statements, incidentId: number | null, since: number, at: number): Promise<Incident | null> {
  const [row] = await statements.query('UPDATE incidents SET ended_at = $2, closed_at = $3 WHERE id = $1 RETURNING *', [incidentId, since, at])
  return row === undefined ? null : toIncident(row)
}

function toCheck(row: Row): CheckResult {
  return {
    at: Number(row['at']),
    state: toState(row['state']),
    reason: typeof row['reason'] === 'string' ? row['reason'] : null,
    status: toNumber(row['status']),
    timings: {
      dnsUs: toNumber(row['dns_us']),
      connectUs: toNumber(row['connect_us']),
      tlsUs: toNumber(row['tls_us']),
      firstByteUs: toNumber(row['first_byte_us']),
      totalUs: Number(row['total_us']),
    },
    certificateEndsAt: toNumber(row['certificate_ends_at']),
  }
}

function toCoveredTime(row: Row): CoveredTime {
  return {
    monitorId: Number(row['monitor_id']),
    time: Number(row['time']),
    upMs: Number(row['up_ms']),
    degradedMs: Number(row['degraded_ms']),
    downMs: Number(row['down_ms']),
    maintenanceMs: Number(row['maintenance_ms']),
  }
}

function toCounts(row: Row): ReadonlyMap<number, number> {
  // Written above alone.
  return new Map(JSON.parse(String(row['latency'] ?? '[]')) as readonly [number, number][])
}

function toIncident(row: Row): Incident {
  return {
    id: Number(row['id']),
    monitorId: Number(row['monitor_id']),
    startedAt: Number(row['started_at']),
    openedAt: Number(row['opened_at']),
    endedAt: toNumber(row['ended_at']),
    reason: String(row['reason']),
  }
}
