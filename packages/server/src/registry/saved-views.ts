import { SAVED_VIEW_LIMITS, type SavedView } from '@wayside/protocol'
import type { Database } from '../database/database.ts'

/** The project has as many as it may. */
export class TooManyViews extends Error {
  override readonly name = 'TooManyViews'
}

/** Views that are saved for everybody who sees a project. */
export interface SavedViews {
  /** In the order of their names. */
  list(projectId: number): Promise<readonly SavedView[]>
  /** Saves one, in place of the one of the same name. Rejects with `TooManyViews`. */
  save(projectId: number, view: SavedView): Promise<void>
  /** Whether there was one. */
  remove(projectId: number, name: string): Promise<boolean>
}

export function createSavedViews(database: Database): SavedViews {
  return {
    async list(projectId) {
      const rows = await database.query('SELECT name, place, query FROM saved_views WHERE project_id = $1', [projectId])
      // Databases order texts by rules of their own.
      return rows.map(({ name, place, query }) => ({ name: String(name), place: String(place), query: String(query) })).toSorted((a, b) => a.name.localeCompare(b.name, 'en'))
    },
    save: (projectId, { name, place, query }) =>
      database.transaction(async (statements) => {
        // Held to the end, so that of two that save the last one, one is refused.
        await statements.query('UPDATE projects SET name = name WHERE id = $1', [projectId])
        await statements.query(
          `INSERT INTO saved_views (project_id, name, place, query) VALUES ($1, $2, $3, $4)
           ON CONFLICT (project_id, name) DO UPDATE SET place = excluded.place, query = excluded.query`,
          [projectId, name, place, query],
        )
        const [count] = await statements.query('SELECT COUNT(*) AS views FROM saved_views WHERE project_id = $1', [projectId])
        if (Number(count?.['views']) > SAVED_VIEW_LIMITS.perProject) throw new TooManyViews(`a project has at most ${SAVED_VIEW_LIMITS.perProject} saved views`)
      }),
    async remove(projectId, name) {
      return (await database.query('DELETE FROM saved_views WHERE project_id = $1 AND name = $2 RETURNING name', [projectId, name])).length > 0
    },
  }
}
