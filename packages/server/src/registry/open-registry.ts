import { join } from 'node:path'
import type { RegistryPlace } from '../config/config.ts'
import { openPostgresDatabase } from '../database/postgres-database.ts'
import { openSqliteDatabase } from '../database/sqlite-database.ts'
import { createRegistry } from './create-registry.ts'
import { bindPepper } from './bind-pepper.ts'
import { loadPepper } from './pepper.ts'
import type { Registry } from './registry.ts'

/**
 * Opens the registry in a data folder, which must exist, or in PostgreSQL. Several processes may have it open: servers
 * and the `wayside keys` command. Throws `SettingError` when the database cannot be reached.
 * @param now - milliseconds since 1970
 */
export async function openRegistry(
  { data, databaseUrl = null, keyPepperPath = null }: Pick<RegistryPlace, 'data'> & Partial<RegistryPlace>,
  now: () => number = Date.now,
): Promise<Registry> {
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
  return createRegistry(database, pepper, now)
}
