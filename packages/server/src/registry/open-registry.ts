import { join } from 'node:path'
import { openSqliteDatabase } from '../database/sqlite-database.ts'
import { createRegistry } from './create-registry.ts'
import { loadPepper } from './pepper.ts'
import type { Registry } from './registry.ts'

/**
 * Opens the registry in a data folder, which must exist. Several processes may have it open: the server and the
 * `wayside keys` command.
 * @param now - milliseconds since 1970
 */
export async function openRegistry(dataDir: string, now: () => number = Date.now): Promise<Registry> {
  const pepper = loadPepper(dataDir)
  return createRegistry(await openSqliteDatabase(join(dataDir, 'registry.sqlite')), pepper, now)
}
