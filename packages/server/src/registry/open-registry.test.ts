import { missingPostgres, startPostgres, type PostgresServer } from '@wayside/testing'
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { openRegistry } from './open-registry.ts'
import { describeRegistry } from './registry-conformance.ts'
import { KEY_KINDS, type Registry } from './registry.ts'

function makeFolder(): string {
  const dataDir = mkdtempSync(join(tmpdir(), 'wayside-'))
  onTestFinished(() => rmSync(dataDir, { recursive: true }))
  return dataDir
}

async function openTestRegistry(data: string, now?: () => number, databaseUrl: string | null = null): Promise<Registry> {
  const registry = await openRegistry({ data, databaseUrl }, now)
  onTestFinished(() => registry.close())
  return registry
}

describe.skipIf(missingPostgres() !== null)(`a registry in PostgreSQL ${missingPostgres() ?? ''}`, () => {
  let server: PostgresServer
  beforeAll(async () => void (server = await startPostgres()))
  afterAll(() => server.stop())

  describeRegistry(async () => {
    const data = makeFolder()
    const url = await server.createDatabase()
    return (now) => openTestRegistry(data, now, url)
  })

  test('a process with another secret for its keys is refused, and told how to get the right one', async () => {
    const url = await server.createDatabase()
    const data = makeFolder()
    await openTestRegistry(data, Date.now, url)

    await expect(openRegistry({ data: makeFolder(), databaseUrl: url })).rejects.toThrow('--key-pepper-file (WAYSIDE_KEY_PEPPER_FILE) must be')
    const shared = await openRegistry({ data: makeFolder(), databaseUrl: url, keyPepperPath: join(data, 'key-pepper') })
    await shared.close()
  })
})

describe('a registry in SQLite', () => {
  describeRegistry(async () => {
    const dataDir = makeFolder()
    return (now) => openTestRegistry(dataDir, now)
  })

  test('no file of the folder holds a key, and only its owner may read them', async () => {
    const dataDir = makeFolder()
    const registry = await openTestRegistry(dataDir)
    const project = await registry.createProject({ name: 'shop' })
    const keys = await Promise.all(KEY_KINDS.map(async (kind) => (await registry.createKey(project.id, kind)).key))

    for (const file of readdirSync(dataDir)) {
      const bytes = readFileSync(join(dataDir, file))
      expect(keys.filter((key) => bytes.includes(key.slice(-36)))).toEqual([])
      expect([file, statSync(join(dataDir, file)).mode & 0o077]).toEqual([file, 0])
    }
  })

  test('a file that the first version wrote opens with all that it holds', async () => {
    const dataDir = makeFolder()
    const database = new DatabaseSync(join(dataDir, 'registry.sqlite'))
    database.exec(FIRST_VERSION)
    database.close()

    const registry = await openTestRegistry(dataDir)

    expect(await registry.projects()).toEqual([
      { id: 7, publicId: 'p', name: 'shop', privacyFloor: 2, timeZone: 'UTC', eventDays: null, rollupDays: null, createdAt: 1 },
    ])
    expect((await registry.keys(null)).map(({ id }) => id)).toEqual(['way_ing_0123456789'])
    expect((await registry.createProject({ name: 'next' })).id).toBe(8)
  })

  test('a folder that a newer program has written is refused', async () => {
    const dataDir = makeFolder()
    await openTestRegistry(dataDir)
    const database = new DatabaseSync(join(dataDir, 'registry.sqlite'))
    database.exec('PRAGMA user_version = 999')
    database.close()

    await expect(openRegistry({ data: dataDir })).rejects.toThrow('schema version 999')
  })
})

/** Byte for byte what the first version executed. */
const FIRST_VERSION = `
  CREATE TABLE projects (
     id INTEGER PRIMARY KEY AUTOINCREMENT, -- an id is never given again: the store's rows hang on it
     public_id TEXT NOT NULL UNIQUE,
     name TEXT NOT NULL,
     privacy_floor INTEGER NOT NULL CHECK (privacy_floor IN (0, 1, 2)),
     time_zone TEXT NOT NULL,
     created_at INTEGER NOT NULL,
     retired_at INTEGER
   ) STRICT;
   CREATE UNIQUE INDEX projects_name ON projects (name) WHERE retired_at IS NULL;
   CREATE TABLE keys (
     id TEXT PRIMARY KEY,
     project_id INTEGER NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
     kind TEXT NOT NULL CHECK (kind IN ('ingest', 'read', 'admin', 'combined')),
     digest BLOB NOT NULL UNIQUE,
     created_at INTEGER NOT NULL,
     last_used_at INTEGER,
     revoked_at INTEGER
   ) STRICT;
   CREATE INDEX keys_project ON keys (project_id);
   PRAGMA user_version = 1;
   INSERT INTO projects VALUES (7, 'p', 'shop', 2, 'UTC', 1, NULL);
   INSERT INTO keys VALUES ('way_ing_0123456789', 7, 'ingest', x'00', 2, NULL, NULL);`
