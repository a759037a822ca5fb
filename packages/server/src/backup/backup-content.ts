import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What a backup says of itself. */
export interface BackupContent {
  /** When it was begun, ISO 8601: all that was acknowledged before is in it. */
  readonly startedAt: string
  /** When its last file was copied, ISO 8601. */
  readonly madeAt: string
  /** The version of the program that made it. */
  readonly wayside: string
  /** Where projects, keys and people are: in the backup, or in a PostgreSQL that has backups of its own. */
  readonly registry: 'included' | 'postgresql'
  /** Files that a server needs in another place too. */
  readonly places: readonly { readonly path: string; readonly as: string }[]
}

export const CONTENT = 'backup.json'
/** Of projects, keys and people, in a data folder and in its backup. */
export const REGISTRY = 'registry.sqlite'
const FORMAT = 1

export async function writeContent(folder: string, content: BackupContent): Promise<void> {
  await writeFile(join(folder, CONTENT), `${JSON.stringify({ format: FORMAT, ...content }, null, 2)}\n`, { mode: 0o600, flush: true })
}

/** Throws for the form of a newer program. To be read once its checksum has shown that it is what was written. */
export async function readContent(folder: string): Promise<BackupContent> {
  // Boundary: the checksum has shown that `writeContent` wrote it.
  const { format, ...content } = JSON.parse(await readFile(join(folder, CONTENT), 'utf8')) as BackupContent & { readonly format: number }
  if (format !== FORMAT) throw new Error(`${folder} was made by wayside ${content.wayside}, in a form that this program does not know: run that version`)
  return content
}
