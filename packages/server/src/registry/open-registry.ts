import { join } from 'node:path'
import type { RegistryPlace } from '../config/config.ts'
import type { Database } from '../database/database.ts'
import { openPostgresDatabase } from '../database/postgres-database.ts'
import { openSqliteDatabase } from '../database/sqlite-database.ts'
import { bindPepper } from './bind-pepper.ts'
import { createRegistry } from './create-registry.ts'
import { loadPepper } from './pepper.ts'
import type { Registry } from './registry.ts'

/** The small tables, and the secret that digests in them are made with. */
export interface Tables {
  readonly database: Database
  readonly pepper: Buffer
}

/**
 * Opens the registry in a data folder, which must exist, or in PostgreSQL. Several processes may have it open: servers
 * and the `wayside keys` command. Throws `SettingError` when the database cannot be reached.
 * @param now - milliseconds since 1970
 */
export async function openRegistry(place: Partial<RegistryPlace> & Pick<RegistryPlace, 'data'>, now: () => number = Date.now): Promise<Registry> {
  const { database, pepper } = await openTables(place)
  return createRegistry(database, pepper, now)
}

/** Opens the database in which the registry and its neighbours are, as `openRegistry` does. */
export async function openTables({ data, databaseUrl = null, keyPepperPath = null }: Partial<RegistryPlace> & Pick<RegistryPlace, 'data'>): Promise<Tables> {
  const pepperPath = keyPepperPath ?? join(data, 'key-pepper')
  const pepper = loadPepper(pepperPath)
  const database =
    databaseUrl === null
      ? await openSqliteDatabase(join(data, 'registry.sqlite'))
      : await openPostgresDatabase(databaseUrl)
  try {
    await bindPepper(database, pepper, pepperPath)
  } catch (error) {
    await database.close()
    throw error
  }
  return { database, pepper }
}
