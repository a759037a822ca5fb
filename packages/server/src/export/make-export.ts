import type { Failpoints } from '../failpoints.ts'
import type { ExportRecord, Exports, WrittenSoFar } from '../registry/exports.ts'
import type { Registry } from '../registry/registry.ts'
import type { Store } from '../store/store.ts'
import type { ExportsFolder } from './exports-folder.ts'
import { readContent } from './read-content.ts'
import { retryBusy } from './retry-busy.ts'
import { writeFile } from './write-file.ts'

export interface ExportMaking {
  readonly exports: Exports
  readonly registry: Pick<Registry, 'projects'>
  readonly store: Pick<Store, 'list' | 'query'>
  readonly folder: ExportsFolder
  /** Bytes that all files may take, and that must stay free on the disk. */
  readonly maxBytes: number
  readonly minFreeBytes: number
  readonly keepMs: number
  /** How long an export stays somebody's without a word of it. */
  readonly claimMs: number
  readonly now: () => number
  readonly failpoint: Failpoints
}

/** Why a file cannot be made, in words for who asked for it. */
export class ExportImpossible extends Error {
  override readonly name = 'ExportImpossible'
}

/** Somebody has removed the export, or another process has taken it over. */
export class ExportGone extends Error {
  override readonly name = 'ExportGone'
}

const MAX_ATTEMPTS = 3

/**
 * Makes a file that was claimed, whole or not at all. Nothing is left of one that was removed meanwhile.
 * Rejects with `ExportImpossible`, with `ExportGone`, with the signal's reason, and with what else went wrong.
 */
export async function makeExport(record: ExportRecord, making: ExportMaking, signal: AbortSignal): Promise<WrittenSoFar> {
  const { exports, folder, maxBytes, minFreeBytes, keepMs, claimMs, now, registry, failpoint } = making
  const { id, attempts, format, fileName, content, projectId } = record
  await folder.removeDrafts(id, null)
  if (attempts > MAX_ATTEMPTS) throw new ExportImpossible(`the server ended ${MAX_ATTEMPTS} times while it made this file`)
  const project = (await registry.projects()).find((each) => each.id === projectId)
  if (project === undefined) throw new ExportGone('the project is gone')

  const taken = await exports.totalBytes(folder.name)
  const stop = new AbortController()
  const stopped = AbortSignal.any([signal, stop.signal])
  const written = { rows: 0, expectedRows: null as number | null, bytes: 0 }
  const tell = async (): Promise<void> => {
    try {
      if (!(await exports.tell(record, written, claimMs))) stop.abort(new ExportGone('the export was removed'))
      else if ((await folder.freeBytes()) < minFreeBytes) stop.abort(new ExportImpossible('the disk of the server is nearly full'))
    } catch (cause) {
      // When the database is back, another may have begun it.
      stop.abort(new ExportGone('the database did not answer', { cause }))
    }
  }
  const telling = setInterval(() => void tell(), claimMs / 10)

  try {
    const table = await readContent({ store: retryBusy(making.store, stopped), project, content, now: now(), signal: stopped })
    written.expectedRows = table.expectedRows
    await tell()
    stopped.throwIfAborted()
    await writeFile({
      path: folder.draftOf(id, attempts),
      format,
      table,
      innerName: fileName.replace(/\.zip$/, ''),
      onRows(rows) {
        written.rows = rows
        failpoint('export.begun')
      },
      onBytes(bytes) {
        written.bytes += bytes
        if (taken + written.bytes > maxBytes) throw new ExportImpossible('the files of exports would take more than the server lets them: ask for less, or remove some')
      },
      signal: stopped,
    })
    failpoint('export.written')
    stopped.throwIfAborted()
    const bytes = await folder.sizeOf(id, attempts)
    await folder.publish(id, attempts)
    failpoint('export.published')
    if (!(await exports.done(record, { ...written, bytes }, keepMs))) throw new ExportGone('the export was removed')
    return { ...written, bytes }
  } catch (error) {
    const reason: unknown = stopped.aborted ? stopped.reason : error
    await folder.removeDraft(id, attempts)
    // Who has taken it over keeps what they made.
    if (reason instanceof ExportGone && (await exports.find(projectId, id)) === null) await folder.remove(id)
    throw reason
  } finally {
    clearInterval(telling)
  }
}
