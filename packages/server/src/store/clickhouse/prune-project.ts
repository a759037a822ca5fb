import { SCHEMA_STEPS } from './schema.ts'
import type { Session } from './session.ts'
import { onCluster, toLocalName } from './to-ddl.ts'

/** The ledger stays, so that a late retry does not bring the project back. */
const KEPT: ReadonlySet<string> = new Set(['incoming', 'probe', 'ledger', 'journal_mark'])

/**
 * Removes a project from all tables. Each mutation is waited for on every replica: afterwards no part that answers come
 * from holds a row of it. The parts before stay on disk until ClickHouse clears them away.
 */
export async function pruneProject({ ask, command, topology }: Session, projectId: number): Promise<{ readonly events: number }> {
  const parameters = { projectId }
  const { rows } = await ask(`SELECT count() FROM ${topology.database}.events WHERE "projectId" = {projectId:Int64}`, parameters)
  const tables = SCHEMA_STEPS.flatMap((step) => step.tables).filter(({ name }) => !KEPT.has(name))
  const place = (table: (typeof tables)[number]) => `${topology.database}.${toLocalName(table, topology)}${onCluster(topology)}`
  await Promise.all(tables.map((table) => command(`ALTER TABLE ${place(table)} DELETE WHERE "projectId" = {projectId:Int64} SETTINGS mutations_sync = 2`, parameters)))
  return { events: Number(rows[0]?.[0] ?? 0) }
}
