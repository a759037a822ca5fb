import { rm, stat } from 'node:fs/promises'
import { readWhole } from '../read-whole.ts'
import { toCellsFile } from './cells-database.ts'

/** Throws the cells of a database away that is not open, so that the next opening makes them anew. */
export async function dropCells(dataDir: string): Promise<void> {
  await rm(toCellsFile(dataDir), { force: true })
}

/** Does so where they are damaged: the engine does not say which of its files it could not read. Resolves with whether it did. */
export async function dropDamagedCells(dataDir: string): Promise<boolean> {
  const path = toCellsFile(dataDir)
  if (!(await stat(path).then(() => true, () => false))) return false
  const isWhole = await readWhole(path, async () => true).catch(() => false)
  if (!isWhole) await dropCells(dataDir)
  return !isWhole
}
