import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The name under which what this data folder's journal holds is stored, made once. It stays in the folder: a folder that
 * was lost comes back under a new name, and its segments are not taken for those of the old one.
 */
export function openJournalOwner(dataDir: string): string {
  const path = join(dataDir, 'journal-owner')
  try {
    writeFileSync(path, `${randomBytes(16).toString('hex')}\n`, { flag: 'wx', flush: true, mode: 0o600 })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  const owner = readFileSync(path, 'utf8').trim()
  if (!/^[0-9a-f]{32}$/.test(owner)) throw new Error(`${path} must hold 32 hexadecimal digits: restore it from a backup`)
  return owner
}
