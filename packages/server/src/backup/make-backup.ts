import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { SettingError, type Settings } from '../config/settings.ts'
import { copySqlite } from '../database/copy-sqlite.ts'
import type { Database } from '../database/database.ts'
import { syncFile, syncFolder } from '../files/sync.ts'
import { packageVersion } from '../package-root.ts'
import { createBackups } from '../registry/backups.ts'
import { createRegistry } from '../registry/create-registry.ts'
import { openTables } from '../registry/open-registry.ts'
import { CONTENT, REGISTRY, writeContent, type BackupContent } from './backup-content.ts'
import { copyChecked, writeChecksums, type Checked } from './checksums.ts'
import { copyEvents, type CopiedEvents } from './copy-events.ts'
import { emptyFolder, takeEmptyFolder } from './empty-folder.ts'

export interface MakeBackupOptions {
  readonly settings: Pick<Settings, 'data' | 'databaseUrl' | 'clickhouseUrl' | 'keyPepperPath'>
  /** A folder that is absent or empty. */
  readonly to: string
  readonly say: (text: string) => void
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number
  /** @default nothing is done meanwhile */
  readonly onCopied?: () => Promise<void>
}

export interface MadeBackup {
  readonly files: number
  readonly bytes: number
}

const PEPPER = 'key-pepper'
const OWNER = 'journal-owner'
const MAX_ATTEMPTS = 5

/**
 * Copies a data folder, on which a server may work meanwhile: the events, the journal, the registry and the secret of keys. All that
 * was acknowledged before the call is in it. Throws `SettingError` for what is not copied in this way. What was begun is removed
 * when it fails.
 */
export async function makeBackup({ settings, to, say, now = Date.now, onCopied = async () => undefined }: MakeBackupOptions): Promise<MadeBackup> {
  const data = resolve(settings.data)
  if (settings.clickhouseUrl !== null) throw new SettingError('events in ClickHouse are backed up by ClickHouse (BACKUP DATABASE), projects and keys by pg_dump; `wayside backup` copies a data folder')
  if (!existsSync(join(data, 'journal'))) throw new SettingError(`--data (WAYSIDE_DATA) must name a folder that a server has used, got ${JSON.stringify(settings.data)}`)
  if (settings.databaseUrl === null && !existsSync(join(data, REGISTRY))) throw new SettingError(`${data} has no ${REGISTRY}: name the database of projects and keys with --database-url (WAYSIDE_DATABASE_URL)`)
  await takeEmptyFolder(to, '--to')
  const { database, pepper } = await openTables(settings)
  try {
    const startedAt = now()
    const { events, registry } = await copyAll({ data, to, say, onCopied, database, pepper, hasRegistry: settings.databaseUrl === null })
    const files = new Map<string, Checked>([...events.files, ...registry])
    for (const [name, from] of [
      [OWNER, join(data, OWNER)],
      [PEPPER, settings.keyPepperPath ?? join(data, PEPPER)],
    ] as const) {
      if (existsSync(from)) files.set(name, await copyChecked(from, join(to, name)))
    }
    const madeAt = now()
    await finish(to, files, {
      startedAt: new Date(startedAt).toISOString(),
      madeAt: new Date(madeAt).toISOString(),
      wayside: packageVersion(),
      registry: settings.databaseUrl === null ? 'included' : 'postgresql',
      places: events.places,
    })
    await createBackups(database).add({ startedAt, madeAt, place: resolve(to) })
    return { files: files.size, bytes: [...files.values()].reduce((sum, { bytes }) => sum + bytes, 0) }
  } catch (error) {
    await emptyFolder(to)
    throw error
  } finally {
    await database.close()
  }
}

interface CopyAllOptions {
  readonly data: string
  readonly to: string
  readonly say: (text: string) => void
  readonly onCopied: () => Promise<void>
  readonly database: Database
  readonly pepper: Buffer
  readonly hasRegistry: boolean
}

/** The registry comes last: it must know every project of which there are events, or another would get the number of one. */
async function copyAll({ data, to, say, onCopied, database, pepper, hasRegistry }: CopyAllOptions): Promise<{ readonly events: CopiedEvents; readonly registry: ReadonlyMap<string, Checked> }> {
  const projects = async () => (await createRegistry(database, pepper).projects()).map(({ id }) => id)
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const before = await projects()
    const events = await copyEvents({ data, to, say, onCopied })
    if (!hasRegistry) return { events, registry: new Map() }
    const copy = join(to, REGISTRY)
    await copySqlite(join(data, REGISTRY), copy)
    await syncFile(copy)
    const after = new Set(await projects())
    if (before.every((id) => after.has(id))) return { events, registry: new Map([[REGISTRY, await copyChecked(copy, null)]]) }
    // The events of a project that was removed meanwhile must not stay in a backup whose registry does not know it.
    say('a project was removed meanwhile: its events are left out')
    await emptyFolder(to)
  }
  throw new Error('projects were removed again and again while they were copied: try again later')
}

async function finish(to: string, files: ReadonlyMap<string, Checked>, content: BackupContent): Promise<void> {
  await writeContent(to, content)
  const sums = new Map([...files].map(([path, { sum }]) => [path, sum] as const))
  sums.set(CONTENT, (await copyChecked(join(to, CONTENT), null)).sum)
  const folders = new Set([...sums.keys()].flatMap((path) => path.split('/').map((_, at, parts) => parts.slice(0, at).join('/'))))
  for (const folder of folders) await syncFolder(join(to, folder))
  await writeChecksums(to, sums)
  await syncFolder(to)
}
