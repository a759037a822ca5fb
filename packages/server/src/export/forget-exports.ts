import type { Exports } from '../registry/exports.ts'
import type { ExportsFolder } from './exports-folder.ts'

/**
 * Removes all exports of a project, as any of them may hold what is to be forgotten. Their links end at once; what is being made of
 * them ends when its maker next tells of it, and where another server has a file, that goes within a minute.
 */
export async function forgetExports({ exports, folder }: { readonly exports: Pick<Exports, 'removeAll'>; readonly folder: Pick<ExportsFolder, 'remove'> }, projectId: number): Promise<void> {
  for (const { id } of await exports.removeAll(projectId)) await folder.remove(id)
}
