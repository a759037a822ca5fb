import type { MaintenanceWindow } from '@wayside/protocol'
import type { Database, Row } from '../database/database.ts'

/** Planned times in which it says nothing that a target is down. */
export interface Maintenance {
  /** `null` where the monitor is not one of the project. */
  plan(projectId: number, window: Omit<MaintenanceWindow, 'id'>): Promise<MaintenanceWindow | null>
  /** Those that have not ended before an instant, the earliest first. */
  list(projectId: number, endAfter: number): Promise<readonly MaintenanceWindow[]>
  /** Takes one out of the plan; one that has begun ends at an instant, and what lies before it stays. Whether there was one. */
  end(projectId: number, id: number, at: number): Promise<boolean>
}

export function createMaintenance(database: Database): Maintenance {
  return {
    async plan(projectId, { monitor, from, to, note }) {
      const [row] = await database.query(
        `INSERT INTO maintenance_windows (project_id, monitor_id, begins_at, ends_at, note)
         SELECT projects.id, monitors.id, $3, $4, $5 FROM projects LEFT JOIN monitors ON monitors.project_id = projects.id AND monitors.public_id = $2
         WHERE projects.id = $1 AND ($2 IS NULL OR monitors.id IS NOT NULL) RETURNING id`,
        [projectId, monitor, from, to, note],
      )
      return row === undefined ? null : { id: Number(row['id']), monitor, from, to, note }
    },
    async list(projectId, endAfter) {
      const rows = await database.query(
        `SELECT maintenance_windows.*, monitors.public_id FROM maintenance_windows LEFT JOIN monitors ON monitors.id = maintenance_windows.monitor_id
         WHERE maintenance_windows.project_id = $1 AND ends_at > $2 ORDER BY begins_at, maintenance_windows.id`,
        [projectId, endAfter],
      )
      return rows.map(toWindow)
    },
    end: (projectId, id, at) =>
      database.transaction(async (statements) => {
        const removed = await statements.query('DELETE FROM maintenance_windows WHERE project_id = $1 AND id = $2 AND begins_at >= $3 RETURNING id', [projectId, id, at])
        const ended = await statements.query('UPDATE maintenance_windows SET ends_at = $3 WHERE project_id = $1 AND id = $2 AND ends_at > $3 RETURNING id', [projectId, id, at])
        return removed.length + ended.length > 0
      }),
  }
}

function toWindow(row: Row): MaintenanceWindow {
  return {
    id: Number(row['id']),
    monitor: typeof row['public_id'] === 'string' ? row['public_id'] : null,
    from: Number(row['begins_at']),
    to: Number(row['ends_at']),
    note: String(row['note']),
  }
}
