import { createHmac } from 'node:crypto'
import { SettingError } from '../config/settings.ts'
import type { Database } from '../database/database.ts'

/**
 * Binds a registry to the secret that its key digests are made with. Throws `SettingError` for another one: processes
 * with different secrets would each take the other's keys for wrong ones.
 */
export async function bindPepper(database: Database, pepper: Buffer, path: string): Promise<void> {
  // Says whether a secret is the same, and nothing of what it is.
  const mark = createHmac('sha256', pepper).update('key-pepper').digest()
  await database.query(`INSERT INTO marks (name, digest) VALUES ('key-pepper', $1) ON CONFLICT (name) DO NOTHING`, [mark])
  const [row] = await database.query(`SELECT digest FROM marks WHERE name = 'key-pepper'`)
  const bound = row?.['digest']
  if (bound instanceof Uint8Array && mark.equals(bound)) return
  throw new SettingError(
    `--key-pepper-file (WAYSIDE_KEY_PEPPER_FILE) must be the secret that the keys in this registry were made with, got ${path}: ` +
      'copy that file from the server that made them, or from a backup. If it is lost, so are the keys: ' +
      'remove the row "key-pepper" of the table "marks", start, and make new keys',
  )
}
