import type { Session } from './session.ts'
import { SCHEMA_STEPS } from './schema.ts'
import { onCluster, toDdl, toTableDdl, type TableDefinition } from './to-ddl.ts'

/** The oldest ClickHouse that does all that is asked of it here. */
const OLDEST = [25, 8] as const

const VERSIONS: TableDefinition = { name: 'schema_version', columns: [['version', 'UInt32']], engine: 'MergeTree', orderBy: ['version'] }

/**
 * Brings the database to this version. Steps that were cut short are done again: each statement does nothing where what
 * it makes is there. Rejects when a newer version has written the database, or ClickHouse is too old.
 */
export async function migrate(session: Session): Promise<void> {
  const { topology } = session
  await checkVersion(session)
  await session.command(`CREATE DATABASE IF NOT EXISTS ${topology.database}${onCluster(topology)}`)
  for (const statement of toTableDdl(VERSIONS, topology)) await session.command(statement)
  const { rows } = await session.ask(`SELECT max(version) FROM ${topology.database}.schema_version`, {})
  const version = Number(rows[0]?.[0] ?? 0)
  if (version > SCHEMA_STEPS.length) {
    throw new Error(
      `the ClickHouse database ${topology.database} has schema version ${version}, this server knows versions up to ${SCHEMA_STEPS.length}: ` +
        'start the newer server that wrote it, or name another database',
    )
  }
  for (const [at, step] of SCHEMA_STEPS.entries()) {
    if (at < version) continue
    for (const statement of toDdl(step, topology)) await session.command(statement)
    await session.insert('schema_version', `version:${at + 1}`, [JSON.stringify({ version: at + 1 })])
  }
}

async function checkVersion(session: Session): Promise<void> {
  const version = String((await session.ask('SELECT version()', {})).rows[0]?.[0])
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return
  throw new Error(`ClickHouse ${version} is too old: ${OLDEST.join('.')} or newer is needed`)
}
