import type { Database, SchemaVersion, SqlWords } from './database.ts'

/** Each entry takes the tables one version up, in single statements. Entries are only ever added. */
const MIGRATIONS: readonly ((words: SqlWords) => readonly string[])[] = [
  ({ serialKey, integer, bytes, tableEnd }) => [
    `CREATE TABLE projects (
       id ${serialKey}, -- an id is never given again: the store's rows hang on it
       public_id TEXT NOT NULL UNIQUE,
       name TEXT NOT NULL,
       privacy_floor ${integer} NOT NULL CHECK (privacy_floor IN (0, 1, 2)),
       time_zone TEXT NOT NULL,
       created_at ${integer} NOT NULL,
       retired_at ${integer}
     ) ${tableEnd}`,
    'CREATE UNIQUE INDEX projects_name ON projects (name) WHERE retired_at IS NULL',
    `CREATE TABLE keys (
       id TEXT PRIMARY KEY,
       project_id ${integer} NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
       kind TEXT NOT NULL CHECK (kind IN ('ingest', 'read', 'admin', 'combined')),
       digest ${bytes} NOT NULL UNIQUE,
       created_at ${integer} NOT NULL,
       last_used_at ${integer},
       revoked_at ${integer}
     ) ${tableEnd}`,
    'CREATE INDEX keys_project ON keys (project_id)',
  ],
  ({ bytes, tableEnd }) => [`CREATE TABLE marks (name TEXT PRIMARY KEY, digest ${bytes} NOT NULL) ${tableEnd}`],
  ({ integer, tableEnd }) => [
    `CREATE TABLE leases (
       name TEXT PRIMARY KEY,
       owner TEXT NOT NULL,
       fence ${integer} NOT NULL,
       expires_at ${integer} NOT NULL
     ) ${tableEnd}`,
    // Whoever changes claims of a producer holds its row here: what overlaps comes one after the other.
    `CREATE TABLE claim_producers (
       project_id ${integer} NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
       producer_id TEXT NOT NULL,
       touched_at ${integer} NOT NULL,
       PRIMARY KEY (project_id, producer_id)
     ) ${tableEnd}`,
    'CREATE INDEX claim_producers_touched ON claim_producers (touched_at)',
    // A confirmed claim has neither owner nor position, and is joined with its confirmed neighbours.
    `CREATE TABLE claims (
       project_id ${integer} NOT NULL,
       producer_id TEXT NOT NULL,
       first_seq ${integer} NOT NULL,
       last_seq ${integer} NOT NULL CHECK (last_seq >= first_seq),
       owner TEXT,
       segment ${integer},
       byte_offset ${integer},
       PRIMARY KEY (project_id, producer_id, first_seq),
       FOREIGN KEY (project_id, producer_id) REFERENCES claim_producers (project_id, producer_id) ON DELETE CASCADE
     ) ${tableEnd}`,
    'CREATE INDEX claims_open ON claims (owner, segment, byte_offset) WHERE owner IS NOT NULL',
  ],
]

/** Brings the tables to the version of this program, once however many processes start. Throws when a newer program has written them. */
export async function migrate(database: Database, version: SchemaVersion): Promise<void> {
  await database.transaction(async (statements) => {
    const found = await version.lock(statements)
    if (found > MIGRATIONS.length)
      throw new Error(
        `the registry has schema version ${found}, and this program knows versions up to ${MIGRATIONS.length}: run the newer wayside that wrote it`,
      )
    for (const migration of MIGRATIONS.slice(found))
      for (const statement of migration(database.words)) await statements.query(statement)
    await version.write(statements, MIGRATIONS.length)
  })
}
