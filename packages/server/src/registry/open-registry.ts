import { randomUUID, timingSafeEqual } from 'node:crypto'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite'
import { issueKey, parseKey } from './api-key.ts'
import { migrate } from './migrations.ts'
import { loadPepper } from './pepper.ts'
import { KEY_KINDS, type KeyKind, type KeyRecord, type Project, type Registry } from './registry.ts'

const BUSY_TIMEOUT_MS = 5_000

/**
 * Opens the registry in a data folder, which must exist. Several processes may have it open: the server and the
 * `wayside keys` command.
 * @param now - milliseconds since 1970
 */
export function openRegistry(dataDir: string, now: () => number = Date.now): Registry {
  const pepper = loadPepper(dataDir)
  const path = join(dataDir, 'registry.sqlite')
  // SQLite would make it readable by all; its side files take their mode from it.
  closeSync(openSync(path, 'a', 0o600))
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS })
  // secure_delete: what is removed is overwritten, and not only forgotten.
  database.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON',
  )
  migrate(database)

  const insertProject = database.prepare(
    'INSERT INTO projects (public_id, name, privacy_floor, time_zone, created_at) VALUES (?, ?, ?, ?, ?) RETURNING *',
  )
  const selectProjects = database.prepare('SELECT * FROM projects WHERE retired_at IS NULL ORDER BY id')
  const selectProject = database.prepare('SELECT * FROM projects WHERE name = ? AND retired_at IS NULL')
  const insertKey = database.prepare(
    'INSERT INTO keys (id, project_id, kind, digest, created_at) VALUES (?, ?, ?, ?, ?)',
  )
  const selectKeys = database.prepare(
    `SELECT keys.*, projects.name AS project_name FROM keys JOIN projects ON projects.id = keys.project_id
     WHERE projects.retired_at IS NULL AND (?1 IS NULL OR keys.project_id = ?1) ORDER BY keys.created_at, keys.id`,
  )
  const revoke = database.prepare('UPDATE keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL')
  const live = `SELECT keys.id AS key_id, keys.kind, keys.digest, projects.* FROM keys
    JOIN projects ON projects.id = keys.project_id WHERE keys.revoked_at IS NULL AND projects.retired_at IS NULL`
  const selectById = database.prepare(`${live} AND keys.id = ?`)
  const selectByDigest = database.prepare(`${live} AND keys.digest = ? AND keys.kind = 'combined'`)
  const touch = database.prepare('UPDATE keys SET last_used_at = ? WHERE id = ?')
  const retire = database.prepare('UPDATE projects SET retired_at = ? WHERE id = ?')
  const deleteKeys = database.prepare('DELETE FROM keys WHERE project_id = ?')
  const selectRetired = database.prepare('SELECT id FROM projects WHERE retired_at IS NOT NULL')
  const deleteProject = database.prepare('DELETE FROM projects WHERE id = ? AND retired_at IS NOT NULL')

  const transaction = (work: () => void): void => {
    database.exec('BEGIN IMMEDIATE')
    try {
      work()
      database.exec('COMMIT')
    } catch (error) {
      database.exec('ROLLBACK')
      throw error
    }
  }

  return {
    createProject({ name, privacyFloor = 0, timeZone = 'UTC' }) {
      if (selectProject.get(name) !== undefined)
        throw new Error(`there is already a project named ${JSON.stringify(name)}`)
      return toProject(insertProject.get(randomUUID(), name, privacyFloor, timeZone, now()))
    },
    projects: () => selectProjects.all().map(toProject),
    findProject(name) {
      const row = selectProject.get(name)
      return row === undefined ? null : toProject(row)
    },
    createKey(projectId, kind) {
      const { id, key, digest } = issueKey(kind, pepper)
      insertKey.run(id, projectId, kind, digest, now())
      return { id, key }
    },
    keys: (projectId) => selectKeys.all(projectId).map(toKeyRecord),
    revokeKey: (id) => revoke.run(now(), id).changes > 0,
    authenticate(text) {
      const presented = parseKey(text, pepper)
      if (presented === null) return null
      const row = presented.id === null ? selectByDigest.get(presented.digest) : selectById.get(presented.id)
      if (row === undefined || !(row['digest'] instanceof Uint8Array)) return null
      if (!timingSafeEqual(row['digest'], presented.digest)) return null
      return { keyId: String(row['key_id']), project: toProject(row), kind: toKind(row['kind']) }
    },
    touchKeys: (usedAt) => transaction(() => usedAt.forEach((at, id) => touch.run(at, id))),
    retireProject: (projectId) =>
      transaction(() => {
        retire.run(now(), projectId)
        deleteKeys.run(projectId)
      }),
    retiredProjects: () => selectRetired.all().map((row) => Number(row['id'])),
    removeProject: (projectId) => void deleteProject.run(projectId),
    close: () => database.close(),
  }
}

type Row = Record<string, SQLOutputValue> | undefined

function toProject(row: Row): Project {
  const floor = row?.['privacy_floor']
  return {
    id: Number(row?.['id']),
    publicId: String(row?.['public_id']),
    name: String(row?.['name']),
    privacyFloor: floor === 1 || floor === 2 ? floor : 0,
    timeZone: String(row?.['time_zone']),
    createdAt: Number(row?.['created_at']),
  }
}

function toKeyRecord(row: Record<string, SQLOutputValue>): KeyRecord {
  const instant = (value: SQLOutputValue | undefined) => (typeof value === 'number' ? value : null)
  return {
    id: String(row['id']),
    kind: toKind(row['kind']),
    projectName: String(row['project_name']),
    createdAt: Number(row['created_at']),
    lastUsedAt: instant(row['last_used_at']),
    revokedAt: instant(row['revoked_at']),
  }
}

function toKind(value: SQLOutputValue | undefined): KeyKind {
  const kind = KEY_KINDS.find((each) => each === value)
  if (kind === undefined)
    throw new Error(`the registry holds a key of kind ${JSON.stringify(value)}, which this program does not know`)
  return kind
}
