import type { DatabaseSync } from 'node:sqlite'

/** Each entry takes the schema one version up. Entries are only ever added. */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE projects (
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
   CREATE INDEX keys_project ON keys (project_id);`,
]

/** Brings the schema to the version of this program. Throws when a newer program has written it. */
export function migrate(database: DatabaseSync): void {
  // Immediate: of two processes that start together, the second waits and finds the work done.
  database.exec('BEGIN IMMEDIATE')
  try {
    const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version'])
    if (version > MIGRATIONS.length)
      throw new Error(
        `the registry has schema version ${version}, and this program knows versions up to ${MIGRATIONS.length}: run the newer wayside that wrote it`,
      )
    for (const migration of MIGRATIONS.slice(version)) database.exec(migration)
    database.exec(`PRAGMA user_version = ${MIGRATIONS.length}`)
    database.exec('COMMIT')
  } catch (error) {
    database.exec('ROLLBACK')
    throw error
  }
}
