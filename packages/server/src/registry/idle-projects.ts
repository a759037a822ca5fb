import type { Database } from '../database/database.ts'

/** When a project was last used, and who was told that it is not. */
export interface ProjectUse {
  readonly projectId: number
  readonly name: string
  /** The last event, question or visit; when it was made where there was none. Milliseconds since 1970, to the minute. */
  readonly usedAt: number
  /** Whether it has a monitor that checks. */
  readonly isWatching: boolean
  /** `null` where nobody was told. */
  readonly warning: IdleWarning | null
}

/** That people were told of a project that nobody uses. */
export interface IdleWarning {
  /** Milliseconds since 1970. */
  readonly at: number
  /** The last day on which it was seen idle, counted from 1970 (UTC). */
  readonly seenOn: number
  /** On how many days it was seen so since. */
  readonly daysSeen: number
}

/** Which projects nobody uses, and what was said of it. */
export interface IdleProjects {
  list(): Promise<readonly ProjectUse[]>
  setWarning(projectId: number, warning: IdleWarning): Promise<void>
  /** It is used again. */
  clearWarning(projectId: number): Promise<void>
  /** Keeps when people looked at projects; of two instants the later stays. */
  touchProjects(visitedAt: ReadonlyMap<number, number>): Promise<void>
}

export function createIdleProjects(database: Database): IdleProjects {
  return {
    async list() {
      const rows = await database.query(
        `SELECT projects.id, projects.name, projects.created_at, projects.visited_at, idle_warnings.at, idle_warnings.seen_on, idle_warnings.days_seen,
           (SELECT MAX(last_used_at) FROM keys WHERE keys.project_id = projects.id) AS key_used_at,
           (SELECT COUNT(*) FROM monitors WHERE monitors.project_id = projects.id AND paused = 0) AS checking
         FROM projects LEFT JOIN idle_warnings ON idle_warnings.project_id = projects.id
         WHERE projects.retired_at IS NULL ORDER BY projects.id`,
      )
      return rows.map((row) => ({
        projectId: Number(row['id']),
        name: String(row['name']),
        usedAt: Math.max(Number(row['created_at']), Number(row['visited_at'] ?? 0), Number(row['key_used_at'] ?? 0)),
        isWatching: Number(row['checking']) > 0,
        warning: typeof row['at'] === 'number' ? { at: row['at'], seenOn: Number(row['seen_on']), daysSeen: Number(row['days_seen']) } : null,
      }))
    },
    async setWarning(projectId, { at, seenOn, daysSeen }) {
      await database.query(
        `INSERT INTO idle_warnings (project_id, at, seen_on, days_seen) VALUES ($1, $2, $3, $4)
         ON CONFLICT (project_id) DO UPDATE SET at = excluded.at, seen_on = excluded.seen_on, days_seen = excluded.days_seen`,
        [projectId, at, seenOn, daysSeen],
      )
    },
    async clearWarning(projectId) {
      await database.query('DELETE FROM idle_warnings WHERE project_id = $1', [projectId])
    },
    touchProjects: (visitedAt) =>
      database.transaction(async (statements) => {
        // In one order: of two processes neither waits for the other's rows while it holds its own.
        for (const [id, at] of [...visitedAt].toSorted(([a], [b]) => a - b))
          await statements.query('UPDATE projects SET visited_at = $1 WHERE id = $2 AND (visited_at IS NULL OR visited_at < $1)', [at, id])
      }),
  }
}
