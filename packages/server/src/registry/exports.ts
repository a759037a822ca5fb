import { EXPORT_FORMATS, EXPORT_STATES, type ExportFormat, type ExportJob } from '@wayside/protocol'
import { randomUUID } from 'node:crypto'
import type { Database, Row } from '../database/database.ts'
import type { ExportContent } from '../export/export-content.ts'
import { digestOf, issueToken } from '../people/token.ts'

/** A file as it is kept in the tables, whether it has been made or not. */
export interface ExportRecord extends Omit<ExportJob, 'of' | 'from' | 'to'> {
  readonly projectId: number
  readonly content: ExportContent
  /** Which folder it is in: the number of what the folder says its name is. */
  readonly folder: string
  /** How many times it was begun. */
  readonly attempts: number
}

export interface NewExport {
  readonly projectId: number
  readonly content: ExportContent
  readonly format: ExportFormat
  readonly fileName: string
  readonly folder: string
  readonly askedBy: string
  /** Names a day or a month, which has one file at most; `null` for what somebody asked for. */
  readonly period: string | null
  /** When it is removed. @default so long after it was made as the server keeps them */
  readonly expiresAt: number | null
}

export interface WrittenSoFar {
  readonly rows: number
  readonly expectedRows: number | null
  readonly bytes: number
}

/** A link that was used. */
export interface UsedLink {
  readonly record: ExportRecord
  /** Who had asked for the link. */
  readonly issuedBy: string
}

/** Which files were asked for, and how far each is. They outlive the process, so that what it began is made. */
export interface Exports {
  /** `null` where so many of the project wait or are kept already, or where its period has one. */
  add(file: NewExport, bounds: { readonly waiting: number; readonly kept: number }): Promise<ExportRecord | null>
  /** The newest first. */
  list(projectId: number): Promise<readonly ExportRecord[]>
  find(projectId: number, id: string): Promise<ExportRecord | null>
  /** Forgets it and its links; who is making it learns by `tell`. */
  remove(projectId: number, id: string): Promise<ExportRecord | null>
  removeAll(projectId: number): Promise<readonly ExportRecord[]>
  /** Begins the next one of a folder that nobody is making, for so long unless `tell` says more. Those that somebody asked for come first. */
  claim(folder: string, forMs: number): Promise<ExportRecord | null>
  /** Says how far a file is. Whether it is still the caller's to make. */
  tell(record: ExportRecord, written: WrittenSoFar, forMs: number): Promise<boolean>
  /** Whether it was still the caller's to make. */
  done(record: ExportRecord, written: WrittenSoFar, keepMs: number): Promise<boolean>
  fail(record: ExportRecord, problem: string, keepMs: number): Promise<void>
  /** Lets another process begin it at once. */
  giveBack(record: ExportRecord): Promise<void>
  /** Lets those of a folder be begun at once that a process which is gone was making. */
  giveBackAll(folder: string): Promise<void>
  /** Forgets those that have had their time. */
  expire(): Promise<void>
  /** Of the files of a folder. */
  ids(folder: string): Promise<ReadonlyMap<string, Pick<ExportRecord, 'state' | 'attempts'>>>
  totalBytes(folder: string): Promise<number>
  /** The token of a link that works once and as long. */
  issueLink(record: ExportRecord, issuedBy: string, endsAt: number): Promise<string>
  /** Ends a link. `null` when it does not work, as of two that use it at once. */
  useLink(token: string): Promise<UsedLink | null>
}

/** @param now - milliseconds since 1970 */
export function createExports(database: Database, pepper: Buffer, now: () => number = Date.now): Exports {
  const { nowMs, integer } = database.words
  const one = (rows: readonly Row[]) => (rows[0] === undefined ? null : toRecord(rows[0]))

  return {
    async add({ projectId, content, format, fileName, folder, askedBy, period, expiresAt }, { waiting, kept }) {
      return one(
        await database.query(
          // What could not be made of a day may be made when it is asked for again.
          `INSERT INTO exports (id, project_id, content, format, file_name, folder, asked_by, asked_at, period, expires_at, state, attempts, claimed_until, row_count, bytes)
           SELECT CAST($1 AS TEXT), CAST($2 AS ${integer}), CAST($3 AS TEXT), CAST($4 AS TEXT), CAST($5 AS TEXT), CAST($6 AS TEXT), CAST($7 AS TEXT), CAST($8 AS ${integer}), CAST($9 AS TEXT), CAST($10 AS ${integer}), 'queued', 0, 0, 0, 0
           WHERE (SELECT COUNT(*) FROM exports WHERE project_id = $2 AND period IS NULL AND state IN ('queued', 'running')) < $11
             AND (SELECT COUNT(*) FROM exports WHERE project_id = $2 AND period IS NULL) < $12
           ON CONFLICT (project_id, period) DO UPDATE SET state = 'queued', attempts = 0, claimed_until = 0, folder = excluded.folder, problem = NULL, ended_at = NULL, expires_at = excluded.expires_at
           WHERE exports.state = 'failed' RETURNING *`,
          [randomUUID(), projectId, JSON.stringify(content), format, fileName, folder, askedBy, now(), period, expiresAt, waiting, kept],
        ),
      )
    },
    list: async (projectId) => (await database.query('SELECT * FROM exports WHERE project_id = $1 ORDER BY asked_at DESC, id', [projectId])).map(toRecord),
    find: async (projectId, id) => one(await database.query('SELECT * FROM exports WHERE project_id = $1 AND id = $2', [projectId, id])),
    remove: async (projectId, id) => one(await database.query('DELETE FROM exports WHERE project_id = $1 AND id = $2 RETURNING *', [projectId, id])),
    removeAll: async (projectId) => (await database.query('DELETE FROM exports WHERE project_id = $1 RETURNING *', [projectId])).map(toRecord),
    claim: async (folder, forMs) =>
      one(
        await database.query(
          // Of two that find the same one, the second waits for its row and then finds it taken.
          `UPDATE exports SET state = 'running', attempts = attempts + 1, claimed_until = ${nowMs} + $2
           WHERE claimed_until <= ${nowMs} AND id = (
             SELECT id FROM exports WHERE folder = $1 AND state IN ('queued', 'running') AND claimed_until <= ${nowMs} ORDER BY CASE WHEN period IS NULL THEN 0 ELSE 1 END, asked_at, id LIMIT 1
           ) RETURNING *`,
          [folder, forMs],
        ),
      ),
    async tell({ id, attempts }, { rows, expectedRows, bytes }, forMs) {
      const told = await database.query(
        `UPDATE exports SET row_count = $3, expected_rows = $4, bytes = $5, claimed_until = ${nowMs} + $6 WHERE id = $1 AND attempts = $2 AND state = 'running' RETURNING id`,
        [id, attempts, rows, expectedRows, bytes, forMs],
      )
      return told.length > 0
    },
    async done({ id, attempts }, { rows, bytes }, keepMs) {
      const endedAt = now()
      const done = await database.query(
        `UPDATE exports SET state = 'done', row_count = $3, expected_rows = $3, bytes = $4, ended_at = $5, expires_at = COALESCE(expires_at, $6)
         WHERE id = $1 AND attempts = $2 AND state = 'running' RETURNING id`,
        [id, attempts, rows, bytes, endedAt, endedAt + keepMs],
      )
      return done.length > 0
    },
    async fail({ id, attempts }, problem, keepMs) {
      const endedAt = now()
      await database.query(
        `UPDATE exports SET state = 'failed', problem = $3, ended_at = $4, bytes = 0, expires_at = COALESCE(expires_at, $5) WHERE id = $1 AND attempts = $2 AND state = 'running'`,
        [id, attempts, problem, endedAt, endedAt + keepMs],
      )
    },
    async giveBack({ id, attempts }) {
      await database.query(`UPDATE exports SET state = 'queued', claimed_until = 0, attempts = attempts - 1 WHERE id = $1 AND attempts = $2 AND state = 'running'`, [id, attempts])
    },
    async giveBackAll(folder) {
      await database.query(`UPDATE exports SET claimed_until = 0 WHERE folder = $1 AND state = 'running'`, [folder])
    },
    async expire() {
      await database.query(`DELETE FROM exports WHERE expires_at <= $1 AND state IN ('done', 'failed')`, [now()])
      await database.query('DELETE FROM export_links WHERE ends_at <= $1', [now()])
    },
    async ids(folder) {
      const rows = await database.query('SELECT id, state, attempts FROM exports WHERE folder = $1', [folder])
      return new Map(rows.map((row) => [String(row['id']), { state: toWord(EXPORT_STATES, row['state']), attempts: Number(row['attempts']) }]))
    },
    async totalBytes(folder) {
      const [row] = await database.query(`SELECT COALESCE(SUM(bytes), 0) AS bytes FROM exports WHERE folder = $1 AND state = 'done'`, [folder])
      return Number(row?.['bytes'])
    },
    async issueLink({ id }, issuedBy, endsAt) {
      const { token, digest } = issueToken('download', pepper)
      await database.query('INSERT INTO export_links (digest, export_id, issued_by, ends_at) VALUES ($1, $2, $3, $4)', [digest, id, issuedBy, endsAt])
      return token
    },
    async useLink(token) {
      const [link] = await database.query('DELETE FROM export_links WHERE digest = $1 AND ends_at > $2 RETURNING export_id, issued_by', [digestOf('download', token, pepper), now()])
      if (link === undefined) return null
      const record = one(
        await database.query(
          `SELECT exports.* FROM exports JOIN projects ON projects.id = exports.project_id WHERE exports.id = $1 AND exports.state = 'done' AND projects.retired_at IS NULL`,
          [String(link['export_id'])],
        ),
      )
      return record === null ? null : { record, issuedBy: String(link['issued_by']) }
    },
  }
}

function toRecord(row: Row): ExportRecord {
  return {
    id: String(row['id']),
    projectId: Number(row['project_id']),
    // Boundary: written by `add` alone.
    content: JSON.parse(String(row['content'])) as ExportContent,
    format: toWord(EXPORT_FORMATS, row['format']),
    fileName: String(row['file_name']),
    folder: String(row['folder']),
    state: toWord(EXPORT_STATES, row['state']),
    attempts: Number(row['attempts']),
    askedBy: String(row['asked_by']),
    askedAt: Number(row['asked_at']),
    endedAt: toNumber(row['ended_at']),
    rows: Number(row['row_count']),
    expectedRows: toNumber(row['expected_rows']),
    bytes: Number(row['bytes']),
    problem: typeof row['problem'] === 'string' ? row['problem'] : null,
    expiresAt: toNumber(row['expires_at']),
  }
}

function toNumber(value: unknown): number | null {
  return typeof value === 'number' ? value : null
}

function toWord<Word extends string>(words: readonly Word[], value: unknown): Word {
  const word = words.find((each) => each === value)
  if (word === undefined) throw new Error(`an export has the word ${JSON.stringify(value)}, which this program does not know`)
  return word
}
