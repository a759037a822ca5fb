import { randomUUID, timingSafeEqual } from 'node:crypto'
import type { Database, Row, SqlValue } from '../database/database.ts'
import { deriveReadKey, issueKey, parseKey } from './api-key.ts'
import { KEY_KINDS, NameTaken, type KeyKind, type KeyRecord, type Principal, type Project, type Registry } from './registry.ts'

const LIVE_KEY = `SELECT keys.id AS key_id, keys.kind, keys.digest, projects.* FROM keys
  JOIN projects ON projects.id = keys.project_id WHERE keys.revoked_at IS NULL AND projects.retired_at IS NULL`

/**
 * The registry in a database, which it closes.
 * @param pepper - what key digests are made with
 * @param now - milliseconds since 1970
 */
export function createRegistry(database: Database, pepper: Buffer, now: () => number = Date.now): Registry {
  async function authenticate(text: string): Promise<Principal | null> {
    const presented = parseKey(text, pepper)
    if (presented === null) return null
    const [row] =
      presented.id === null
        ? await database.query(`${LIVE_KEY} AND keys.digest = $1`, [presented.digest])
        : await database.query(`${LIVE_KEY} AND keys.id = $1`, [presented.id])
    if (row === undefined || !(row['digest'] instanceof Uint8Array)) return null
    if (!timingSafeEqual(row['digest'], presented.digest)) return null
    return { keyId: String(row['key_id']), project: toProject(row), kind: toKind(row['kind']) }
  }

  return {
    async createProject({ name, privacyFloor = 0, timeZone = 'UTC', eventDays = null, rollupDays = null }) {
      const [row] = await database.query(
        `INSERT INTO projects (public_id, name, privacy_floor, time_zone, event_days, rollup_days, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (name) WHERE retired_at IS NULL DO NOTHING RETURNING *`,
        [randomUUID(), name, privacyFloor, timeZone, eventDays, rollupDays, now()],
      )
      if (row === undefined) throw new NameTaken(name)
      return toProject(row)
    },
    changeProject: (projectId, changes) =>
      database.transaction(async (statements) => {
        // Held to the end, so that of two changes neither takes the other back.
        const [row] = await statements.query('UPDATE projects SET name = name WHERE id = $1 AND retired_at IS NULL RETURNING *', [projectId])
        if (row === undefined) return null
        const { name, privacyFloor, timeZone, eventDays, rollupDays } = { ...toProject(row), ...changes }
        const [other] = await statements.query('SELECT id FROM projects WHERE name = $1 AND id <> $2 AND retired_at IS NULL', [name, projectId])
        if (other !== undefined) throw new NameTaken(name)
        const [changed] = await statements.query(
          'UPDATE projects SET name = $1, privacy_floor = $2, time_zone = $3, event_days = $4, rollup_days = $5 WHERE id = $6 RETURNING *',
          [name, privacyFloor, timeZone, eventDays, rollupDays, projectId],
        )
        return changed === undefined ? null : toProject(changed)
      }),
    async projects() {
      return (await database.query('SELECT * FROM projects WHERE retired_at IS NULL ORDER BY id')).map(toProject)
    },
    async findProject(name) {
      const [row] = await database.query('SELECT * FROM projects WHERE name = $1 AND retired_at IS NULL', [name])
      return row === undefined ? null : toProject(row)
    },
    async projectByPublicId(publicId) {
      const [row] = await database.query('SELECT * FROM projects WHERE public_id = $1 AND retired_at IS NULL', [publicId])
      return row === undefined ? null : toProject(row)
    },
    async createKey(projectId, kind) {
      const { id, key, digest } = issueKey(kind, pepper)
      await database.query('INSERT INTO keys (id, project_id, kind, digest, created_at) VALUES ($1, $2, $3, $4, $5)', [
        id,
        projectId,
        kind,
        digest,
        now(),
      ])
      return { id, key }
    },
    async keys(projectId) {
      const rows = await database.query(
        `SELECT keys.*, projects.name AS project_name FROM keys JOIN projects ON projects.id = keys.project_id
         WHERE projects.retired_at IS NULL AND keys.project_id = COALESCE($1, keys.project_id)
         ORDER BY keys.created_at, keys.id`,
        [projectId],
      )
      return rows.map(toKeyRecord)
    },
    async revokeKey(id) {
      const revoked = await database.query(
        'UPDATE keys SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL RETURNING id',
        [now(), id],
      )
      return revoked.length > 0
    },
    authenticate,
    async readKeyOf(text) {
      const principal = await authenticate(text)
      if (principal?.kind !== 'combined') return null
      const { id, key, digest } = deriveReadKey(text, pepper)
      await database.query('INSERT INTO keys (id, project_id, kind, digest, created_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO NOTHING', [id, principal.project.id, 'read', digest, now()])
      return key
    },
    touchKeys: (usedAt) =>
      database.transaction(async (statements) => {
        // In one order: of two processes neither waits for the other's rows while it holds its own.
        for (const [id, at] of [...usedAt].toSorted(([a], [b]) => (a < b ? -1 : 1)))
          await statements.query(
            'UPDATE keys SET last_used_at = $1 WHERE id = $2 AND (last_used_at IS NULL OR last_used_at < $1)',
            [at, id],
          )
      }),
    retireProject: (projectId) =>
      database.transaction(async (statements) => {
        await statements.query('UPDATE projects SET retired_at = $1 WHERE id = $2', [now(), projectId])
        await statements.query('DELETE FROM keys WHERE project_id = $1', [projectId])
      }),
    async retiredProjects() {
      const rows = await database.query('SELECT id FROM projects WHERE retired_at IS NOT NULL ORDER BY id')
      return rows.map((row) => Number(row['id']))
    },
    async removeProject(projectId) {
      await database.query('DELETE FROM projects WHERE id = $1 AND retired_at IS NOT NULL', [projectId])
    },
    close: () => database.close(),
  }
}

function toProject(row: Row): Project {
  const floor = row['privacy_floor']
  return {
    id: Number(row['id']),
    publicId: String(row['public_id']),
    name: String(row['name']),
    privacyFloor: floor === 1 || floor === 2 ? floor : 0,
    timeZone: String(row['time_zone']),
    eventDays: toNumber(row['event_days']),
    rollupDays: toNumber(row['rollup_days']),
    createdAt: Number(row['created_at']),
  }
}

function toKeyRecord(row: Row): KeyRecord {
  return {
    id: String(row['id']),
    kind: toKind(row['kind']),
    projectName: String(row['project_name']),
    createdAt: Number(row['created_at']),
    lastUsedAt: toNumber(row['last_used_at']),
    revokedAt: toNumber(row['revoked_at']),
  }
}

function toNumber(value: SqlValue | undefined): number | null {
  return typeof value === 'number' ? value : null
}

function toKind(value: SqlValue | undefined): KeyKind {
  const kind = KEY_KINDS.find((each) => each === value)
  if (kind === undefined)
    throw new Error(`the registry holds a key of kind ${JSON.stringify(value)}, which this program does not know`)
  return kind
}
