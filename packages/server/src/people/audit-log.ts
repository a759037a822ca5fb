import { createHmac } from 'node:crypto'
import type { Database, Row } from '../database/database.ts'

/** What is written down of those who change something. */
export const AUDIT_ACTIONS = [
  'set-up',
  'login',
  'login-refused',
  'logout',
  'logout-everywhere',
  'password-chosen',
  'codes-on',
  'codes-off',
  'person-invited',
  'person-removed',
  'role-changed',
  'grant-changed',
  'link-issued',
  'project-created',
  'project-changed',
  'project-removed',
  'data-removed',
  'consumer-removed',
  'key-created',
  'key-revoked',
  'export-asked',
  'export-removed',
  'export-fetched',
  'raw-files-changed',
  'mail-report-changed',
  'monitor-created',
  'monitor-changed',
  'monitor-removed',
  'maintenance-planned',
  'maintenance-ended',
  'status-page-changed',
  'status-page-removed',
  'channel-created',
  'channel-removed',
  'alert-rule-created',
  'alert-rule-changed',
  'alert-rule-removed',
  'alert-acknowledged',
  'share-created',
  'share-revoked',
] as const
export type AuditAction = (typeof AUDIT_ACTIONS)[number]

export interface AuditEntry {
  /** Who did it: `person:3`, the id of a key, `operator` for the command line, `server` for itself. */
  readonly actor: string
  readonly action: AuditAction
  /** To whom or what, with what came of it. */
  readonly subject: string
  readonly projectId?: number
}

export interface AuditRecord extends Required<Omit<AuditEntry, 'projectId'>> {
  readonly id: number
  readonly at: number
  readonly projectId: number | null
}

/** Who did what, in an order that nobody changes unseen: each entry is sealed together with the one before. */
export interface AuditLog {
  append(entry: AuditEntry): Promise<void>
  /** The newest first, those before an id. */
  list(limit: number, beforeId: number | null): Promise<readonly AuditRecord[]>
  /** The id of the first entry that is not as it was written, or after which some are missing; `null` when all are. */
  firstBroken(): Promise<number | null>
}

/** Entries are kept for this long. */
const KEEP_MS = 400 * 86_400_000
const PAGE = 1_000

/** @param now - milliseconds since 1970 */
export function createAuditLog(database: Database, pepper: Buffer, now: () => number = Date.now): AuditLog {
  const seal = (before: Uint8Array, { at, actor, action, subject, projectId }: Omit<AuditRecord, 'id'>): Buffer =>
    createHmac('sha256', pepper).update(before).update(JSON.stringify([at, actor, action, subject, projectId])).digest()

  return {
    append: ({ actor, action, subject, projectId: given }) =>
      database.transaction(async (statements) => {
        const [head] = await statements.query(
          `INSERT INTO audit_head (only_one, entries, digest) VALUES (1, 1, $1)
           ON CONFLICT (only_one) DO UPDATE SET entries = audit_head.entries + 1 RETURNING digest`,
          [Buffer.alloc(0)],
        )
        const at = now()
        const projectId = given ?? null
        const digest = seal(toBytes(head), { at, actor, action, subject, projectId })
        await statements.query('INSERT INTO audit_log (at, actor, action, subject, project_id, digest) VALUES ($1, $2, $3, $4, $5, $6)', [
          at,
          actor,
          action,
          subject,
          projectId,
          digest,
        ])
        await statements.query('UPDATE audit_head SET digest = $1', [digest])
        await statements.query('DELETE FROM audit_log WHERE at < $1', [at - KEEP_MS])
      }),
    async list(limit, beforeId) {
      const rows = await database.query('SELECT * FROM audit_log WHERE id < $1 ORDER BY id DESC LIMIT $2', [beforeId ?? Number.MAX_SAFE_INTEGER, limit])
      return rows.map(toRecord)
    },
    async firstBroken() {
      let before: Uint8Array | null = null
      let lastId = 0
      for (;;) {
        const rows: readonly Row[] = await database.query('SELECT * FROM audit_log WHERE id > $1 ORDER BY id LIMIT $2', [lastId, PAGE])
        for (const row of rows) {
          const digest = toBytes(row)
          // What the oldest one rests on may have gone with its time.
          if (before !== null && !seal(before, toRecord(row)).equals(digest)) return Number(row['id'])
          before = digest
          lastId = Number(row['id'])
        }
        if (rows.length < PAGE) break
      }
      const [head] = await database.query('SELECT digest FROM audit_head')
      if (head === undefined && before === null) return null
      return head !== undefined && before !== null && Buffer.from(before).equals(toBytes(head)) ? null : lastId
    },
  }
}

function toRecord(row: Row): AuditRecord {
  const action = AUDIT_ACTIONS.find((each) => each === row['action'])
  if (action === undefined) throw new Error(`the audit log holds ${JSON.stringify(row['action'])}, which this program does not know`)
  return {
    id: Number(row['id']),
    at: Number(row['at']),
    actor: String(row['actor']),
    action,
    subject: String(row['subject']),
    projectId: typeof row['project_id'] === 'number' ? row['project_id'] : null,
  }
}

function toBytes(row: Row | undefined): Uint8Array {
  const digest = row?.['digest']
  if (!(digest instanceof Uint8Array)) throw new Error('the audit log has an entry without its seal')
  return digest
}
