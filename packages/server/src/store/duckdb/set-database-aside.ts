import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { syncFolder } from '../../files/sync.ts'
import { DATABASE_NAME } from './database.ts'

const KEPT = 2

/** The folder of damaged databases in the data folder. */
export function toDamagedFolder(dataDir: string): string {
  return join(dataDir, 'damaged')
}

/** How many damaged databases are kept. */
export async function countDamaged(dataDir: string): Promise<number> {
  return (await readdir(toDamagedFolder(dataDir)).catch(() => [])).length
}

/**
 * Moves the database and its write-ahead log into a folder of their own, for a person to look at. The last two such
 * folders are kept. Returns the folder; `null` when there was nothing to move.
 */
export async function setDatabaseAside(dataDir: string, now: number, warn: (message: string) => void): Promise<string | null> {
  const files = await present([join(dataDir, DATABASE_NAME), join(dataDir, `${DATABASE_NAME}.wal`)])
  if (files.length === 0) return null
  const damaged = toDamagedFolder(dataDir)
  const folder = join(damaged, new Date(now).toISOString().replaceAll(':', '-'))
  await mkdir(folder, { recursive: true, mode: 0o700 })
  for (const path of files) await rename(path, join(folder, basename(path)))
  await syncFolder(folder)
  await syncFolder(damaged)
  await syncFolder(dataDir)
  for (const old of (await readdir(damaged)).toSorted().slice(0, -KEPT)) {
    await rm(join(damaged, old), { recursive: true })
    warn(`removed the damaged database in ${join(damaged, old)}: the last ${KEPT} are kept`)
  }
  return folder
}

async function present(paths: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(paths.map((path) => stat(path).then(() => true, () => false)))
  return paths.filter((_, at) => found[at])
}
