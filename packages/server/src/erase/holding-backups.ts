import { basename } from 'node:path'
import type { HoldingBackup } from '@wayside/protocol'
import type { BackupRecord } from '../registry/backups.ts'

/**
 * Which backups may hold what was removed of a project.
 * @param removedAt - when all was gone, milliseconds since 1970; `null` while it is not
 */
export function holdingBackups(backups: readonly BackupRecord[], { createdAt }: { readonly createdAt: number }, removedAt: number | null): readonly HoldingBackup[] {
  return (
    backups
      .filter(({ startedAt, madeAt }) => madeAt >= createdAt && startedAt <= (removedAt ?? Infinity))
      // The folder's name alone: who may remove data of a project need not know the paths of the machine.
      .map(({ place, startedAt, madeAt }) => ({ name: basename(place), startedAt, madeAt }))
  )
}
