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
  ({ serialKey, integer, bytes, tableEnd }) => [
    // Days that events, and their sums, are kept; as long as the project where it says nothing.
    `ALTER TABLE projects ADD COLUMN event_days ${integer} CHECK (event_days > 0)`,
    `ALTER TABLE projects ADD COLUMN rollup_days ${integer} CHECK (rollup_days > 0)`,
    `CREATE TABLE people (
       id ${serialKey}, -- never given again: the audit log names people by it
       email TEXT NOT NULL UNIQUE,
       role TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'member', 'viewer')),
       password_hash TEXT,
       totp_secret ${bytes},
       totp_step ${integer} NOT NULL, -- the last one whose code was used
       created_at ${integer} NOT NULL,
       last_login_at ${integer}
     ) ${tableEnd}`,
    `CREATE TABLE grants (
       person_id ${integer} NOT NULL REFERENCES people (id) ON DELETE CASCADE,
       project_id ${integer} NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
       role TEXT NOT NULL CHECK (role IN ('admin', 'member', 'viewer')),
       PRIMARY KEY (person_id, project_id)
     ) ${tableEnd}`,
    'CREATE INDEX grants_project ON grants (project_id)',
    `CREATE TABLE identities (
       issuer TEXT NOT NULL,
       subject TEXT NOT NULL,
       person_id ${integer} NOT NULL REFERENCES people (id) ON DELETE CASCADE,
       PRIMARY KEY (issuer, subject)
     ) ${tableEnd}`,
    'CREATE INDEX identities_person ON identities (person_id)',
    `CREATE TABLE sessions (
       digest ${bytes} PRIMARY KEY,
       person_id ${integer} NOT NULL REFERENCES people (id) ON DELETE CASCADE,
       created_at ${integer} NOT NULL,
       seen_at ${integer} NOT NULL,
       ends_at ${integer} NOT NULL
     ) ${tableEnd}`,
    'CREATE INDEX sessions_person ON sessions (person_id)',
    'CREATE INDEX sessions_end ON sessions (ends_at)',
    // A link without a person lets the first one in.
    `CREATE TABLE links (
       digest ${bytes} PRIMARY KEY,
       person_id ${integer} REFERENCES people (id) ON DELETE CASCADE,
       ends_at ${integer} NOT NULL
     ) ${tableEnd}`,
    'CREATE INDEX links_person ON links (person_id)',
    `CREATE TABLE attempts (subject TEXT PRIMARY KEY, full_at ${integer} NOT NULL) ${tableEnd}`,
    'CREATE INDEX attempts_full ON attempts (full_at)',
    `CREATE TABLE audit_log (
       id ${serialKey},
       at ${integer} NOT NULL,
       actor TEXT NOT NULL,
       action TEXT NOT NULL,
       subject TEXT NOT NULL,
       project_id ${integer}, -- kept after the project is gone
       digest ${bytes} NOT NULL
     ) ${tableEnd}`,
    'CREATE INDEX audit_log_at ON audit_log (at)',
    // Whoever appends to the log holds this row: entries come one after the other, each resting on the one before.
    `CREATE TABLE audit_head (only_one ${integer} PRIMARY KEY CHECK (only_one = 1), entries ${integer} NOT NULL, digest ${bytes} NOT NULL) ${tableEnd}`,
  ],
  ({ integer, serialKey, tableEnd }) => [
    // A claim is for a segment: that which a segment says of a producer is claimed at once.
    'DROP INDEX claims_open',
    'ALTER TABLE claims DROP COLUMN byte_offset',
    'CREATE INDEX claims_open ON claims (owner, segment) WHERE owner IS NOT NULL',
    // The journals of servers. Until an instant all that one has acknowledged is in answers.
    `CREATE TABLE journals (
       number ${serialKey}, -- of a journal, never given again
       owner TEXT NOT NULL UNIQUE,
       complete_until ${integer} NOT NULL,
       seen_at ${integer} NOT NULL
     ) ${tableEnd}`,
  ],
  ({ integer, tableEnd }) => [
    // Consumers that are to be forgotten, by name until nothing of them can come late.
    `CREATE TABLE erasures (
       project_id ${integer} NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
       kind TEXT NOT NULL CHECK (kind IN ('user', 'api_key', 'oauth_client', 'ip')),
       consumer TEXT NOT NULL,
       asked_at ${integer} NOT NULL,
       done_at ${integer},
       events ${integer} NOT NULL,
       PRIMARY KEY (project_id, kind, consumer)
     ) ${tableEnd}`,
  ],
  ({ integer, bytes, tableEnd }) => [
    // Files of requests and of answers. Who makes one holds it until an instant of this database's clock.
    `CREATE TABLE exports (
       id TEXT PRIMARY KEY,
       project_id ${integer} NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
       content TEXT NOT NULL,
       format TEXT NOT NULL,
       file_name TEXT NOT NULL,
       folder TEXT NOT NULL,
       asked_by TEXT NOT NULL,
       asked_at ${integer} NOT NULL,
       period TEXT, -- the day or month of a file that is made by itself
       state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed')),
       attempts ${integer} NOT NULL,
       claimed_until ${integer} NOT NULL,
       ended_at ${integer},
       row_count ${integer} NOT NULL,
       expected_rows ${integer},
       bytes ${integer} NOT NULL,
       problem TEXT,
       expires_at ${integer}
     ) ${tableEnd}`,
    'CREATE UNIQUE INDEX exports_period ON exports (project_id, period)',
    'CREATE INDEX exports_waiting ON exports (folder, state)',
    `CREATE TABLE export_links (
       digest ${bytes} PRIMARY KEY,
       export_id TEXT NOT NULL REFERENCES exports (id) ON DELETE CASCADE,
       issued_by TEXT NOT NULL,
       ends_at ${integer} NOT NULL
     ) ${tableEnd}`,
    'CREATE INDEX export_links_export ON export_links (export_id)',
  ],
  ({ serialKey, integer, tableEnd }) => [
    `CREATE TABLE monitors (
       id ${serialKey},
       public_id TEXT NOT NULL UNIQUE,
       project_id ${integer} NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
       settings TEXT NOT NULL, -- JSON
       paused ${integer} NOT NULL CHECK (paused IN (0, 1)),
       revision ${integer} NOT NULL,
       created_at ${integer} NOT NULL,
       next_check_at ${integer} NOT NULL, -- whoever moves it on makes the check
       state TEXT CHECK (state IN ('up', 'degraded', 'down')),
       reason TEXT,
       checked_at ${integer},
       streak ${integer} NOT NULL, -- checks in a row that succeeded, or, below 0, that failed
       streak_since ${integer},
       incident_id ${integer} -- the open one
     ) ${tableEnd}`,
    'CREATE INDEX monitors_project ON monitors (project_id)',
    'CREATE INDEX monitors_due ON monitors (next_check_at) WHERE paused = 0',
    `CREATE TABLE monitor_checks (
       monitor_id ${integer} NOT NULL REFERENCES monitors (id) ON DELETE CASCADE,
       at ${integer} NOT NULL,
       state TEXT NOT NULL CHECK (state IN ('up', 'degraded', 'down')),
       reason TEXT,
       status ${integer},
       dns_us ${integer},
       connect_us ${integer},
       tls_us ${integer},
       first_byte_us ${integer},
       total_us ${integer} NOT NULL,
       certificate_ends_at ${integer},
       PRIMARY KEY (monitor_id, at)
     ) ${tableEnd}`,
    'CREATE INDEX monitor_checks_at ON monitor_checks (at)',
    `CREATE TABLE monitor_hours (
       monitor_id ${integer} NOT NULL REFERENCES monitors (id) ON DELETE CASCADE,
       hour ${integer} NOT NULL,
       day ${integer} NOT NULL, -- when the day began that it counts for, in the time zone of the project
       checks ${integer} NOT NULL,
       failures ${integer} NOT NULL,
       up_ms ${integer} NOT NULL,
       degraded_ms ${integer} NOT NULL,
       down_ms ${integer} NOT NULL,
       maintenance_ms ${integer} NOT NULL,
       latency TEXT NOT NULL, -- JSON: answers by latency bucket
       PRIMARY KEY (monitor_id, hour)
     ) ${tableEnd}`,
    'CREATE INDEX monitor_hours_hour ON monitor_hours (hour)',
    `CREATE TABLE incidents (
       id ${serialKey},
       monitor_id ${integer} NOT NULL REFERENCES monitors (id) ON DELETE CASCADE,
       started_at ${integer} NOT NULL, -- the first check that failed
       opened_at ${integer} NOT NULL,
       ended_at ${integer}, -- the first check that succeeded
       closed_at ${integer},
       reason TEXT NOT NULL
     ) ${tableEnd}`,
    'CREATE INDEX incidents_monitor ON incidents (monitor_id, id)',
    `CREATE TABLE maintenance_windows (
       id ${serialKey},
       project_id ${integer} NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
       monitor_id ${integer} REFERENCES monitors (id) ON DELETE CASCADE, -- NULL for all of the project
       begins_at ${integer} NOT NULL,
       ends_at ${integer} NOT NULL CHECK (ends_at > begins_at),
       note TEXT NOT NULL
     ) ${tableEnd}`,
    'CREATE INDEX maintenance_windows_project ON maintenance_windows (project_id, ends_at)',
    `CREATE TABLE status_pages (
       id ${serialKey},
       project_id ${integer} NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
       slug TEXT NOT NULL UNIQUE,
       title TEXT NOT NULL,
       description TEXT NOT NULL,
       shows_traffic ${integer} NOT NULL CHECK (shows_traffic IN (0, 1)),
       created_at ${integer} NOT NULL
     ) ${tableEnd}`,
    'CREATE INDEX status_pages_project ON status_pages (project_id)',
    `CREATE TABLE status_page_monitors (
       page_id ${integer} NOT NULL REFERENCES status_pages (id) ON DELETE CASCADE,
       monitor_id ${integer} NOT NULL REFERENCES monitors (id) ON DELETE CASCADE,
       position ${integer} NOT NULL,
       name TEXT NOT NULL, -- as the page shows it
       PRIMARY KEY (page_id, monitor_id)
     ) ${tableEnd}`,
    'CREATE INDEX status_page_monitors_monitor ON status_page_monitors (monitor_id)',
  ],
  ({ integer, tableEnd }) => [
    // Projects that have files of days and months made.
    `CREATE TABLE raw_files (
       project_id ${integer} PRIMARY KEY REFERENCES projects (id) ON DELETE CASCADE,
       daily ${integer} NOT NULL CHECK (daily IN (0, 1)),
       monthly ${integer} NOT NULL CHECK (monthly IN (0, 1)),
       format TEXT NOT NULL
     ) ${tableEnd}`,
  ],
  ({ integer, tableEnd }) => [
    // Who gets reports by e-mail. Whoever has the id may stop them.
    `CREATE TABLE mail_recipients (
       id TEXT PRIMARY KEY,
       project_id ${integer} NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
       frequency TEXT NOT NULL CHECK (frequency IN ('daily', 'weekly', 'monthly')),
       email TEXT NOT NULL,
       told_until ${integer} NOT NULL
     ) ${tableEnd}`,
    'CREATE UNIQUE INDEX mail_recipients_email ON mail_recipients (project_id, frequency, email)',
  ],
  ({ integer, tableEnd }) => [
    // Sums by the day beside those by the hour: a page of many monitors reads ninety rows of each.
    `CREATE TABLE monitor_days (
       monitor_id ${integer} NOT NULL REFERENCES monitors (id) ON DELETE CASCADE,
       day ${integer} NOT NULL, -- when it began in the time zone of the project
       up_ms ${integer} NOT NULL,
       degraded_ms ${integer} NOT NULL,
       down_ms ${integer} NOT NULL,
       maintenance_ms ${integer} NOT NULL,
       PRIMARY KEY (monitor_id, day)
     ) ${tableEnd}`,
    'CREATE INDEX monitor_days_day ON monitor_days (day)',
    `INSERT INTO monitor_days SELECT monitor_id, day, SUM(up_ms), SUM(degraded_ms), SUM(down_ms), SUM(maintenance_ms) FROM monitor_hours GROUP BY monitor_id, day`,
    'ALTER TABLE monitor_hours DROP COLUMN day',
  ],
  ({ integer, tableEnd }) => [
    // What was removed after it was made is still in a backup.
    `CREATE TABLE backups (
       place TEXT PRIMARY KEY,
       started_at ${integer} NOT NULL,
       made_at ${integer} NOT NULL
     ) ${tableEnd}`,
  ],
  ({ serialKey, integer, tableEnd }) => [
    // Where alerts are told. The address and the secret are never shown again.
    `CREATE TABLE channels (
       id TEXT PRIMARY KEY,
       project_id ${integer} NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
       kind TEXT NOT NULL CHECK (kind IN ('email', 'webhook', 'slack')),
       name TEXT NOT NULL,
       address TEXT NOT NULL,
       secret TEXT NOT NULL,
       created_at ${integer} NOT NULL,
       delivered_at ${integer},
       problem TEXT,
       failed ${integer} NOT NULL -- given up since something was handed over
     ) ${tableEnd}`,
    'CREATE INDEX channels_project ON channels (project_id)',
    `CREATE TABLE deliveries (
       id ${serialKey},
       channel_id TEXT NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
       project_id ${integer} NOT NULL,
       body TEXT NOT NULL,
       attempts ${integer} NOT NULL,
       next_at ${integer} NOT NULL,
       ended_at ${integer}, -- handed over or given up
       problem TEXT
     ) ${tableEnd}`,
    'CREATE INDEX deliveries_due ON deliveries (ended_at, next_at)',
    'CREATE INDEX deliveries_channel ON deliveries (channel_id)',
    // What is watched, with what it remembers from window to window.
    `CREATE TABLE alert_rules (
       id TEXT PRIMARY KEY,
       project_id ${integer} NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
       input TEXT NOT NULL,
       enabled ${integer} NOT NULL CHECK (enabled IN (0, 1)),
       state TEXT NOT NULL,
       evaluated_until ${integer} NOT NULL,
       revision ${integer} NOT NULL,
       created_at ${integer} NOT NULL,
       fault TEXT
     ) ${tableEnd}`,
    'CREATE INDEX alert_rules_project ON alert_rules (project_id)',
    `CREATE TABLE alerts (
       number ${serialKey},
       id TEXT NOT NULL UNIQUE,
       project_id ${integer} NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
       rule_id TEXT, -- empty when the rule was removed
       rule_name TEXT NOT NULL,
       severity TEXT NOT NULL,
       value TEXT NOT NULL,
       details TEXT NOT NULL,
       started_at ${integer} NOT NULL,
       last_seen_at ${integer} NOT NULL,
       ended_at ${integer},
       acknowledged_at ${integer},
       acknowledged_by TEXT
     ) ${tableEnd}`,
    'CREATE INDEX alerts_project ON alerts (project_id, number)',
    'CREATE INDEX alerts_open ON alerts (rule_id, value, ended_at)',
  ],
  ({ integer, tableEnd }) => [
    // What a rule has learnt of each value, from window to window.
    `CREATE TABLE alert_memories (
       rule_id TEXT NOT NULL REFERENCES alert_rules (id) ON DELETE CASCADE,
       value TEXT NOT NULL,
       memory TEXT NOT NULL,
       updated_at ${integer} NOT NULL,
       PRIMARY KEY (rule_id, value)
     ) ${tableEnd}`,
    'CREATE INDEX alert_memories_updated ON alert_memories (updated_at)',
  ],
  ({ integer, tableEnd }) => [
    `CREATE TABLE saved_views (
       project_id ${integer} NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
       name TEXT NOT NULL,
       place TEXT NOT NULL,
       query TEXT NOT NULL,
       PRIMARY KEY (project_id, name)
     ) ${tableEnd}`,
  ],
  ({ integer, bytes, tableEnd }) => [
    // Links that show a project's numbers to whoever has them.
    `CREATE TABLE shares (
       id TEXT PRIMARY KEY,
       project_id ${integer} NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
       digest ${bytes} NOT NULL UNIQUE,
       label TEXT NOT NULL,
       filter TEXT NOT NULL,
       password_hash TEXT,
       frame_hosts TEXT NOT NULL,
       created_at ${integer} NOT NULL,
       expires_at ${integer}
     ) ${tableEnd}`,
    'CREATE INDEX shares_project ON shares (project_id)',
  ],
  ({ integer, tableEnd }) => [
    // Projects that nobody uses are removed after people were told.
    `ALTER TABLE projects ADD COLUMN visited_at ${integer}`,
    `CREATE TABLE idle_warnings (
       project_id ${integer} PRIMARY KEY REFERENCES projects (id) ON DELETE CASCADE,
       at ${integer} NOT NULL,
       seen_on ${integer} NOT NULL, -- the last day that it was seen idle, counted from 1970
       days_seen ${integer} NOT NULL
     ) ${tableEnd}`,
  ],
  ({ integer, tableEnd }) => [
    // What providers of OpenID Connect know this server by, where it has registered itself.
    `CREATE TABLE oidc_clients (
       issuer TEXT NOT NULL,
       public_url TEXT NOT NULL,
       client_id TEXT NOT NULL,
       client_secret TEXT,
       secret_expires_at ${integer},
       PRIMARY KEY (issuer, public_url)
     ) ${tableEnd}`,
  ],
]

/** The version of the tables that this program writes. */
export const TABLES_VERSION = MIGRATIONS.length

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
