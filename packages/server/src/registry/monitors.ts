import { MONITOR_LIMITS, MONITOR_STATES, type MonitorInput, type MonitorState } from '@wayside/protocol'
import { randomUUID } from 'node:crypto'
import type { Database, Row } from '../database/database.ts'
import { MONITOR_DEFAULTS, type Monitor, type Standing } from '../monitor/monitor.ts'
import { toNumber } from './columns.ts'

/** The project has as many monitors as it may. */
export class TooManyMonitors extends Error {
  override readonly name = 'TooManyMonitors'
}

/** The monitors of all projects, and which of them are due. */
export interface Monitors {
  /** Rejects with `TooManyMonitors`. */
  create(projectId: number, settings: MonitorInput): Promise<Monitor>
  /** In the order in which they were made. */
  list(projectId: number): Promise<readonly Monitor[]>
  find(projectId: number, publicId: string): Promise<Monitor | null>
  /** Changes what is given, and has it checked at once; `null` for one that is gone. */
  change(projectId: number, publicId: string, changes: Partial<MonitorInput>): Promise<Monitor | null>
  /** Whether there was one. */
  remove(projectId: number, publicId: string): Promise<boolean>
  /** Has it checked at once. */
  hurry(monitor: Monitor): Promise<void>
  /** Those to check now, the longest due first, with the zone of their project. */
  due(now: number, limit: number): Promise<readonly DueMonitor[]>
  /** Whether the check was this process's to make: of several, one finds the monitor as it was. */
  claim(due: DueMonitor, nextCheckAt: number): Promise<boolean>
}

export interface DueMonitor {
  readonly monitor: Monitor
  readonly dueAt: number
  readonly timeZone: string
}

/** No interval is as long: what is due later was planned by a clock that went wrong. */
const LATEST_MS = 2 * MONITOR_LIMITS.maxIntervalMs

/** @param now - milliseconds since 1970 */
export function createMonitors(database: Database, now: () => number): Monitors {
  return {
    create: (projectId, settings) =>
      database.transaction(async (statements) => {
        // Held to the end, so that of two that make the last one, one is refused.
        await statements.query('UPDATE projects SET name = name WHERE id = $1', [projectId])
        const [count] = await statements.query('SELECT COUNT(*) AS monitors FROM monitors WHERE project_id = $1', [projectId])
        if (Number(count?.['monitors']) >= MONITOR_LIMITS.perProject) throw new TooManyMonitors(`a project has at most ${MONITOR_LIMITS.perProject} monitors`)
        const at = now()
        const [row] = await statements.query(
          `INSERT INTO monitors (public_id, project_id, settings, paused, revision, created_at, next_check_at, streak)
           VALUES ($1, $2, $3, $4, 1, $5, $5, 0) RETURNING *`,
          [randomUUID(), projectId, toText(settings), settings.paused ? 1 : 0, at],
        )
        if (row === undefined) throw new Error('the database made no monitor')
        return toMonitor(row)
      }),
    list: async (projectId) => (await database.query('SELECT * FROM monitors WHERE project_id = $1 ORDER BY id', [projectId])).map(toMonitor),
    async find(projectId, publicId) {
      const [row] = await database.query('SELECT * FROM monitors WHERE project_id = $1 AND public_id = $2', [projectId, publicId])
      return row === undefined ? null : toMonitor(row)
    },
    change: (projectId, publicId, changes) =>
      database.transaction(async (statements) => {
        // Held to the end, so that of two changes neither takes the other back.
        const [row] = await statements.query('UPDATE monitors SET revision = revision + 1 WHERE project_id = $1 AND public_id = $2 RETURNING *', [projectId, publicId])
        if (row === undefined) return null
        const settings = { ...settingsOf(row), ...changes }
        const [changed] = await statements.query('UPDATE monitors SET settings = $1, paused = $2, next_check_at = $3 WHERE id = $4 RETURNING *', [
          toText(settings),
          settings.paused ? 1 : 0,
          now(),
          Number(row['id']),
        ])
        return changed === undefined ? null : toMonitor(changed)
      }),
    async remove(projectId, publicId) {
      return (await database.query('DELETE FROM monitors WHERE project_id = $1 AND public_id = $2 RETURNING id', [projectId, publicId])).length > 0
    },
    async hurry({ id }) {
      await database.query('UPDATE monitors SET next_check_at = $2 WHERE id = $1 AND next_check_at > $2', [id, now()])
    },
    async due(at, limit) {
      const rows = await database.query(
        `SELECT monitors.*, projects.time_zone FROM monitors JOIN projects ON projects.id = monitors.project_id
         WHERE monitors.paused = 0 AND projects.retired_at IS NULL AND (monitors.next_check_at <= $1 OR monitors.next_check_at > $2)
         ORDER BY monitors.next_check_at LIMIT $3`,
        [at, at + LATEST_MS, limit],
      )
      return rows.map((row) => ({ monitor: toMonitor(row), dueAt: Number(row['next_check_at']), timeZone: String(row['time_zone']) }))
    },
    async claim({ monitor, dueAt }, nextCheckAt) {
      const claimed = await database.query('UPDATE monitors SET next_check_at = $3 WHERE id = $1 AND next_check_at = $2 AND paused = 0 RETURNING id', [monitor.id, dueAt, nextCheckAt])
      return claimed.length > 0
    },
  }
}

function toMonitor(row: Row): Monitor {
  return {
    ...settingsOf(row),
    id: Number(row['id']),
    publicId: String(row['public_id']),
    projectId: Number(row['project_id']),
    revision: Number(row['revision']),
    createdAt: Number(row['created_at']),
    standing: toStandingOf(row),
  }
}

/** Where the row of a monitor says that it stands. */
export function toStandingOf(row: Row): Standing {
  return {
    state: row['state'] === null ? null : toState(row['state']),
    reason: typeof row['reason'] === 'string' ? row['reason'] : null,
    checkedAt: toNumber(row['checked_at']),
    streak: Number(row['streak']),
    streakSince: toNumber(row['streak_since']),
    incidentId: toNumber(row['incident_id']),
  }
}

export function toState(value: unknown): MonitorState {
  const state = MONITOR_STATES.find((each) => each === value)
  if (state === undefined) throw new Error(`a monitor is ${JSON.stringify(value)}, which this program does not know`)
  return state
}

function settingsOf(row: Row): MonitorInput {
  // Written by `toText` alone; what an older program did not know has its default.
  return { ...MONITOR_DEFAULTS, ...(JSON.parse(String(row['settings'])) as Pick<MonitorInput, 'name' | 'url'>) }
}

function toText(settings: MonitorInput): string {
  const { name, url, method, headers, intervalMs, timeoutMs, expectedStatus, body, maxRedirects, slowMs, certificateDays, failuresToOpen, successesToClose, paused } = settings
  return JSON.stringify({ name, url, method, headers, intervalMs, timeoutMs, expectedStatus, body, maxRedirects, slowMs, certificateDays, failuresToOpen, successesToClose, paused })
}
