import { existsSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { SettingError } from '../config/settings.ts'
import { openSqliteDatabase } from '../database/sqlite-database.ts'
import { syncFolder } from '../files/sync.ts'
import { createBackups } from '../registry/backups.ts'
import { CONTENT, REGISTRY, readContent, type BackupContent } from './backup-content.ts'
import { CHECKSUMS, copyChecked, readChecksums } from './checksums.ts'
import { emptyFolder, takeEmptyFolder } from './empty-folder.ts'

/** In a data folder as long as it is not whole. */
const MARK = 'restore-unfinished'

/**
 * Makes a data folder of a backup. Each file is compared with its checksum as it is copied. Throws `SettingError` when the data folder
 * is not empty, and an error that names the file when the backup is damaged; what was begun is then removed.
 */
export async function restoreBackup({ from, data }: { readonly from: string; readonly data: string }): Promise<BackupContent> {
  const sums = await readChecksums(from)
  requireSum(sums, CONTENT, (await copyChecked(join(from, CONTENT), null)).sum)
  const content = await readContent(from)
  await takeEmptyFolder(data, '--data (WAYSIDE_DATA)')
  try {
    await writeFile(join(data, MARK), '', { mode: 0o600, flush: true })
    for (const path of [...sums.keys()].filter((each) => each !== CONTENT)) {
      await mkdir(dirname(join(data, path)), { recursive: true, mode: 0o700 })
      requireSum(sums, path, (await copyChecked(join(from, path), join(data, path))).sum)
    }
    if (content.registry === 'included') await rememberBackup(data, from, content)
    for (const { path, as } of content.places) await copyChecked(join(data, path), join(data, as))
    const folders = new Set(['', ...[...sums.keys()].map((path) => dirname(path))])
    for (const folder of folders) await syncFolder(join(data, folder))
    await rm(join(data, MARK))
    await syncFolder(data)
    return content
  } catch (error) {
    await emptyFolder(data)
    throw error
  }
}

/** The registry in a backup was copied before the backup was whole: only now does it know of it. */
async function rememberBackup(data: string, from: string, { startedAt, madeAt }: BackupContent): Promise<void> {
  const database = await openSqliteDatabase(join(data, REGISTRY))
  try {
    await createBackups(database).add({ place: resolve(from), startedAt: Date.parse(startedAt), madeAt: Date.parse(madeAt) })
  } finally {
    await database.close()
  }
}

/** Throws `SettingError` for a data folder of which a restore ended midway. */
export function refuseHalfRestored(data: string): void {
  if (existsSync(join(data, MARK))) throw new SettingError(`${data} holds a part of a backup, as its restore did not end: empty it and run \`wayside restore\` again`)
}

function requireSum(sums: ReadonlyMap<string, string>, path: string, sum: string): void {
  if (sums.get(path) !== sum) throw new Error(`the backup is damaged: ${path} is not what ${CHECKSUMS} says`)
}
