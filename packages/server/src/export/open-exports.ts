import { join } from 'node:path'
import { PARTS } from '../config/roles.ts'
import type { Settings } from '../config/settings.ts'
import type { Database } from '../database/database.ts'
import type { Failpoints } from '../failpoints.ts'
import type { Log } from '../log/log.ts'
import { createExports } from '../registry/exports.ts'
import { createRawFilesTable, type RawFilesTable } from '../registry/raw-files.ts'
import type { Registry } from '../registry/registry.ts'
import type { Store } from '../store/store.ts'
import { createExporter, type Exporter } from './create-exporter.ts'
import { openExportsFolder } from './exports-folder.ts'
import { forgetExports } from './forget-exports.ts'
import { makeRawFiles } from './make-raw-files.ts'

/** What a server knows of exported files before it makes any. */
export interface OpenExports {
  /** Removes the files of a project, which may hold what is to go. */
  forgetFiles(projectId: number): Promise<void>
  /** Asks for the files of days and months that are over. */
  makeRawFiles(): Promise<void>
  /** Begins to make what waits. @param store - that hides what is to go */
  start(store: Store): Promise<{ readonly exporter: Exporter; readonly rawFiles: Pick<RawFilesTable, 'of' | 'set'> }>
}

export interface OpenExportsOptions {
  readonly settings: Pick<Settings, 'data' | 'databaseUrl' | 'exportDir' | 'exportDays' | 'exportMaxBytes' | 'minFreeBytes' | 'role'>
  readonly database: Database
  readonly pepper: Buffer
  readonly registry: Registry
  /** All events acknowledged before this instant are in answers. */
  readonly completeUntil: () => number
  readonly now: () => number
  readonly failpoint: Failpoints
  readonly log: Log
}

const DAY_MS = 86_400_000
/** Another server goes on with a file after so long without a word of it. */
const CLAIM_MS = 30_000

export async function openExports({ settings, database, pepper, registry, completeUntil, now, failpoint, log }: OpenExportsOptions): Promise<OpenExports> {
  const exports = createExports(database, pepper, now)
  const table = createRawFilesTable(database)
  const folder = await openExportsFolder(settings.exportDir ?? join(settings.data, 'exports'))
  const keepMs = settings.exportDays * DAY_MS
  const askForRawFiles = () => makeRawFiles({ table, registry, exports, folder: folder.name, keepMs, completeUntil, now })
  return {
    forgetFiles: (projectId) => forgetExports({ exports, folder }, projectId),
    makeRawFiles: askForRawFiles,
    async start(store) {
      const { exportMaxBytes: maxBytes, minFreeBytes, databaseUrl } = settings
      const { answers, jobs } = PARTS[settings.role]
      const exporter = await createExporter({ makes: answers || jobs, exports, registry, store, folder, maxBytes, minFreeBytes, keepMs, claimMs: CLAIM_MS, now, failpoint, log, alone: databaseUrl === null })
      return {
        exporter,
        rawFiles: {
          of: table.of,
          async set(projectId, files) {
            await table.set(projectId, files)
            await askForRawFiles()
            exporter.wake()
          },
        },
      }
    },
  }
}
