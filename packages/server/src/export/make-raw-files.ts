import type { Exports } from '../registry/exports.ts'
import type { RawFilesTable } from '../registry/raw-files.ts'
import type { Registry } from '../registry/registry.ts'
import { toFileName } from './file-name.ts'
import { pastPeriods } from './past-periods.ts'

export interface RawFilesMaking {
  readonly table: Pick<RawFilesTable, 'all'>
  readonly registry: Pick<Registry, 'projects'>
  readonly exports: Pick<Exports, 'add'>
  /** The name of the folder that they are made in. */
  readonly folder: string
  /** How long a file is kept after the end of what it holds. */
  readonly keepMs: number
  /** All events acknowledged before this instant are in answers. */
  readonly completeUntil: () => number
  readonly now: () => number
}

/** A day is made into a file so long after its end: apps send what they hold every few seconds, and again when they could not. */
const REST_MS = 3_600_000
/** There are as many as days and months are kept. */
const UNBOUNDED = { waiting: Number.MAX_SAFE_INTEGER, kept: Number.MAX_SAFE_INTEGER }

/**
 * Asks for the files of all days and months that are over, as long as they are kept. Each is asked for once, whoever does this
 * and however often; one that could not be made, again. A day begins by the clock of its project.
 */
export async function makeRawFiles({ table, registry, exports, folder, keepMs, completeUntil, now }: RawFilesMaking): Promise<void> {
  const wanted = await table.all()
  const until = Math.min(now() - REST_MS, completeUntil())
  for (const { id: projectId, timeZone, createdAt } of await registry.projects()) {
    const files = wanted.get(projectId)
    if (files === undefined) continue
    const after = Math.max(now() - keepMs, createdAt)
    const grains = [...(files.daily ? (['day'] as const) : []), ...(files.monthly ? (['month'] as const) : [])]
    for (const { name, from, to } of grains.flatMap((grain) => pastPeriods({ grain, timeZone, after, until }))) {
      const content = { of: 'requests', from, to, filter: null } as const
      await exports.add(
        { projectId, content, format: files.format, fileName: toFileName(content, files.format, timeZone), folder, askedBy: 'schedule', period: name, expiresAt: to + keepMs },
        UNBOUNDED,
      )
    }
  }
}
