import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SettingError } from '../config/settings.ts'
import { syncFolder } from '../files/sync.ts'

/** How far the events of a data folder have been moved; kept in the folder, so that it goes on where it ended. */
export interface MigrationState {
  /** The database that they are moved to. */
  readonly target: string
  /** The greatest event id in the data folder when it began; another one now means that it has changed since. */
  readonly lastEventId: number
  /** The segment that comes next. */
  readonly segment: number
  /** What was moved last; `null` before the first piece. */
  readonly place: MigrationPlace | null
  readonly isFinished: boolean
}

export interface MigrationPlace {
  readonly projectId: number
  /** Days since 1970. */
  readonly day: number
  /** The last event of the day that is moved. */
  readonly after: { readonly time: number; readonly id: number } | null
  /** No event of the day comes after it. */
  readonly isWhole: boolean
}

const NAME = 'migration.json'

/** `null` where no move was begun. */
export async function readMigrationState(dataDir: string): Promise<MigrationState | null> {
  try {
    // Boundary: the file is ours, and appears as a whole.
    return JSON.parse(await readFile(join(dataDir, NAME), 'utf8')) as MigrationState
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

export async function writeMigrationState(dataDir: string, state: MigrationState): Promise<void> {
  const draft = join(dataDir, `${NAME}.draft`)
  await writeFile(draft, JSON.stringify(state), { mode: 0o600, flush: true })
  await rename(draft, join(dataDir, NAME))
  await syncFolder(dataDir)
}

/** Throws `SettingError` for a data folder whose events are partly in ClickHouse: a server would lose sight of the others. */
export async function refuseHalfMigrated(dataDir: string): Promise<void> {
  const state = await readMigrationState(dataDir)
  if (state === null || state.isFinished) return
  throw new SettingError(`the events of ${dataDir} are only partly in ClickHouse: run \`wayside migrate-store\` with the same settings again, which goes on where it ended`)
}
