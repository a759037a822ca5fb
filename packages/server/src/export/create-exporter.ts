import { open, type FileHandle } from 'node:fs/promises'
import type { ExportInput, ExportJob } from '@wayside/protocol'
import { repeat } from '../jobs/repeat.ts'
import type { Log } from '../log/log.ts'
import type { ExportRecord } from '../registry/exports.ts'
import type { Project } from '../registry/registry.ts'
import { TooMuch } from '../store/store-query.ts'
import { toExportContent } from './export-content.ts'
import { toFileName } from './file-name.ts'
import { ExportGone, ExportImpossible, makeExport, type ExportMaking } from './make-export.ts'

/** Files of requests and of answers, made in the background. */
export interface Exporter {
  /** Rejects with `QueryProblem` where it cannot be asked, with `TooManyExports` where it may not. */
  ask(project: Pick<Project, 'id' | 'timeZone'>, input: ExportInput, askedBy: string): Promise<ExportJob>
  /** The newest first. */
  list(projectId: number): Promise<readonly ExportJob[]>
  /** Stops what is under way and removes the file and its links. `null` where there is none. */
  remove(projectId: number, id: string): Promise<ExportJob | null>
  /** A token that gives the file once. `null` where there is no file. */
  issueLink(projectId: number, id: string, issuedBy: string): Promise<{ readonly token: string; readonly expiresAt: number } | null>
  /** Uses a token up. `null` where it does not work; `elsewhere` where another server has the file. */
  open(token: string): Promise<OpenedExport | 'elsewhere' | null>
  /** Begins what waits at once; otherwise that takes a few seconds. */
  wake(): void
  close(): Promise<void>
}

/** A file on its way to who asked for it. The handle is theirs to close. */
export interface OpenedExport {
  readonly file: FileHandle
  readonly job: ExportJob
  readonly projectId: number
  /** Who had asked for the link. */
  readonly issuedBy: string
}

/** There are as many as a project may have. */
export class TooManyExports extends Error {
  override readonly name = 'TooManyExports'
}

export interface ExporterOptions extends ExportMaking {
  readonly log: Log
  /** Whether this process makes files, or only asks for them and gives them out. */
  readonly makes: boolean
  /** Whether no other process has this folder. */
  readonly alone: boolean
}

/** Of one project: those that wait or are made, and all, without those of days and months. */
const BOUNDS = { waiting: 5, kept: 100 }
/** A large file does not keep all others waiting. */
const AT_ONCE = 2
const LINK_MS = 300_000
const LOOK_MS = 5_000
const SWEEP_MS = 60_000

/** Makes the files that were asked for, a few at a time, also those that a process before it had begun. */
export async function createExporter({ log, alone, makes, ...making }: ExporterOptions): Promise<Exporter> {
  const { exports, folder, keepMs, claimMs, now } = making
  const closing = new AbortController()
  const underWay = new Map<string, AbortController>()
  let working: Promise<void> | null = null
  let again = false

  async function make(record: ExportRecord): Promise<void> {
    const { id, projectId } = record
    const stop = new AbortController()
    underWay.set(id, stop)
    try {
      const { rows, bytes } = await makeExport(record, making, AbortSignal.any([closing.signal, stop.signal]))
      log.info('made an export', { projectId, id, rows, bytes })
    } catch (error) {
      if (closing.signal.aborted) await exports.giveBack(record)
      else if (!(error instanceof ExportGone)) {
        log.warn('could not make an export', { projectId, id, error })
        await exports.fail(record, toProblem(error), keepMs)
      }
    } finally {
      underWay.delete(id)
    }
  }

  async function makeAll(): Promise<void> {
    while (!closing.signal.aborted) {
      const next = await exports.claim(folder.name, claimMs)
      if (next === null) return
      await make(next)
    }
  }

  async function work(): Promise<void> {
    do {
      again = false
      await Promise.all(Array.from({ length: AT_ONCE }, makeAll))
    } while (again && !closing.signal.aborted)
  }

  function wake(): void {
    if (!makes) return
    again = true
    working ??= work()
      .catch((error: unknown) => log.warn('could not look for exports that wait; it is tried again', { error }))
      .finally(() => (working = null))
  }

  /** Removes files that no export knows: those that were removed elsewhere, and what a process that ended has left. */
  async function sweep(): Promise<void> {
    await exports.expire()
    // In this order: a file that comes meanwhile is not looked at.
    const files = await folder.list()
    const known = await exports.ids(folder.name)
    for (const id of files) {
      const file = known.get(id)
      if (file === undefined || file.state === 'failed') await folder.remove(id)
      else await folder.removeDrafts(id, file.state === 'running' ? file.attempts : null)
    }
  }

  if (alone && makes) await exports.giveBackAll(folder.name)
  const onFailure = (error: unknown) => log.warn('could not look after the files of exports; it is tried again', { error })
  const looking = repeat(LOOK_MS, async () => wake(), onFailure)
  const sweeping = repeat(SWEEP_MS, sweep, onFailure)

  return {
    async ask(project, { format, ...input }, askedBy) {
      const content = toExportContent({ format, ...input }, project, now())
      const fileName = toFileName(content, format, project.timeZone)
      const record = await exports.add({ projectId: project.id, content, format, fileName, folder: folder.name, askedBy, period: null, expiresAt: null }, BOUNDS)
      if (record === null) throw new TooManyExports(`a project has at most ${BOUNDS.waiting} exports under way and ${BOUNDS.kept} in all: wait, or remove some`)
      wake()
      return toJob(record)
    },
    list: async (projectId) => (await exports.list(projectId)).map(toJob),
    async remove(projectId, id) {
      const record = await exports.remove(projectId, id)
      if (record === null) return null
      underWay.get(id)?.abort(new ExportGone('the export was removed'))
      await folder.remove(id)
      return toJob(record)
    },
    async issueLink(projectId, id, issuedBy) {
      const record = await exports.find(projectId, id)
      if (record === null || record.state !== 'done') return null
      const expiresAt = now() + LINK_MS
      return { token: await exports.issueLink(record, issuedBy, expiresAt), expiresAt }
    },
    async open(token) {
      const used = await exports.useLink(token)
      if (used === null) return null
      const { record, issuedBy } = used
      if (record.folder !== folder.name) return 'elsewhere'
      const file = await open(folder.pathOf(record.id), 'r').catch(unlessMissing)
      return file === null ? null : { file, job: toJob(record), projectId: record.projectId, issuedBy }
    },
    wake,
    async close() {
      closing.abort(new Error('the server is stopping'))
      await Promise.all([looking.stop(), sweeping.stop()])
      await working
    },
  }
}

/** Whoever looks after the disk may have removed it. */
function unlessMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null
  throw error
}

function toJob({ content, projectId: _projectId, folder: _folder, attempts: _attempts, ...record }: ExportRecord): ExportJob {
  const { of, from, to } = content
  return { ...record, of, from, to }
}

function toProblem(error: unknown): string {
  if (error instanceof ExportImpossible) return error.message
  if (error instanceof TooMuch) return `this is too much at once: ${error.message}`
  return 'the server failed at it; its log says why'
}
