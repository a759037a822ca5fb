import type { StatusPage } from '@wayside/protocol'
import type { Database, Row, Statements } from '../database/database.ts'

/** Another page has this address. */
export class SlugTaken extends Error {
  override readonly name = 'SlugTaken'
}

/** A page, and whose it is. */
export interface KeptStatusPage extends StatusPage {
  readonly projectId: number
}

/** The public pages that say how monitors do. */
export interface StatusPages {
  list(projectId: number): Promise<readonly StatusPage[]>
  /** The page at an address; `null` where there is none, or its project is gone. */
  find(slug: string): Promise<KeptStatusPage | null>
  /** Makes a page, or changes the one at its address. Rejects with `SlugTaken` for that of another project. Monitors that are not the project's are left out. */
  put(projectId: number, page: StatusPage, now: number): Promise<StatusPage>
  /** Whether there was one. */
  remove(projectId: number, slug: string): Promise<boolean>
}

export function createStatusPages(database: Database): StatusPages {
  return {
    list: (projectId) =>
      database.transaction(async (statements) => {
        const rows = await statements.query('SELECT * FROM status_pages WHERE project_id = $1 ORDER BY id', [projectId])
        const pages: StatusPage[] = []
        for (const row of rows) pages.push(toPage(row, await findMonitors(statements, row)))
        return pages
      }),
    async find(slug) {
      const [row] = await database.query('SELECT status_pages.* FROM status_pages JOIN projects ON projects.id = status_pages.project_id WHERE slug = $1 AND projects.retired_at IS NULL', [slug])
      return row === undefined ? null : { ...toPage(row, await findMonitors(database, row)), projectId: Number(row['project_id']) }
    },
    put: (projectId, { slug, title, description, showsTraffic, monitors }, now) =>
      database.transaction(async (statements) => {
        const [row] = await statements.query(
          `INSERT INTO status_pages (project_id, slug, title, description, shows_traffic, created_at) VALUES ($1, $2, $3, $4, $5, $6)
           ON CONFLICT (slug) DO UPDATE SET title = excluded.title, description = excluded.description, shows_traffic = excluded.shows_traffic
           WHERE status_pages.project_id = excluded.project_id RETURNING *`,
          [projectId, slug, title, description, showsTraffic ? 1 : 0, now],
        )
        if (row === undefined) throw new SlugTaken(`another project has a page at ${JSON.stringify(slug)}`)
        await statements.query('DELETE FROM status_page_monitors WHERE page_id = $1', [Number(row['id'])])
        for (const [position, { monitor, name }] of monitors.entries())
          await statements.query(
            `INSERT INTO status_page_monitors (page_id, monitor_id, position, name) SELECT $1, id, $3, $4 FROM monitors WHERE project_id = $5 AND public_id = $2
             ON CONFLICT (page_id, monitor_id) DO NOTHING`,
            [Number(row['id']), monitor, position, name, projectId],
          )
        return toPage(row, await findMonitors(statements, row))
      }),
    async remove(projectId, slug) {
      return (await database.query('DELETE FROM status_pages WHERE project_id = $1 AND slug = $2 RETURNING id', [projectId, slug])).length > 0
    },
  }
}

async function findMonitors(statements: Statements, page: Row): Promise<StatusPage['monitors']> {
  const rows = await statements.query(
    'SELECT monitors.public_id, status_page_monitors.name FROM status_page_monitors JOIN monitors ON monitors.id = status_page_monitors.monitor_id WHERE page_id = $1 ORDER BY position',
    [Number(page['id'])],
  )
  return rows.map((row) => ({ monitor: String(row['public_id']), name: String(row['name']) }))
}

function toPage(row: Row, monitors: StatusPage['monitors']): StatusPage {
  return { slug: String(row['slug']), title: String(row['title']), description: String(row['description']), showsTraffic: row['shows_traffic'] === 1, monitors }
}
