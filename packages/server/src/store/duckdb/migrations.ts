import type { DuckDBConnection } from '@duckdb/node-api'

/**
 * The tables, as steps from one version to the next. A step that was released is never edited: a change is a new step.
 * `minute` is minutes since 1970; `buckets` and `counts` are latency buckets and how many requests fell into each. A step that adds a column to `events` must also say, in
 * `days-folder.ts`, what stands for it in the day files that were written before.
 */
const STEPS: readonly string[] = [
  `CREATE TABLE events (
    "id" BIGINT, "projectId" BIGINT, "time" BIGINT, "receivedAt" BIGINT, "wallTime" BIGINT, "status" BIGINT, "outcome" BIGINT,
    "durationUs" BIGINT, "latencyBucket" BIGINT, "upstreamUs" BIGINT, "upstreamCount" BIGINT,
    "requestBytes" BIGINT, "responseBytes" BIGINT,
    "method" VARCHAR, "route" VARCHAR, "path" VARCHAR, "host" VARCHAR, "ip" VARCHAR, "country" VARCHAR,
    "userAgent" VARCHAR, "client" VARCHAR, "clientVersion" VARCHAR, "os" VARCHAR, "device" VARCHAR,
    "userId" VARCHAR, "apiKeyHash" VARCHAR, "oauthClientId" VARCHAR, "consumerKind" VARCHAR, "consumer" VARCHAR,
    "framework" VARCHAR, "environment" VARCHAR, "service" VARCHAR, "serviceVersion" VARCHAR, "instance" VARCHAR,
    "errorClass" VARCHAR, "errorFingerprint" VARCHAR, "errorMessage" VARCHAR,
    "timeAdjusted" BOOLEAN, "bot" BOOLEAN, "tags" VARCHAR
  );
  CREATE TABLE rollup_endpoint (
    project_id INTEGER, minute INTEGER, last_minute INTEGER, grain TINYINT DEFAULT 0, method VARCHAR, route VARCHAR, status SMALLINT,
    requests INTEGER, errors INTEGER, aborted INTEGER, request_bytes BIGINT, response_bytes BIGINT,
    buckets SMALLINT[], counts INTEGER[]
  );
  CREATE TABLE rollup_consumer (
    project_id INTEGER, minute INTEGER, last_minute INTEGER, grain TINYINT DEFAULT 0, kind VARCHAR, consumer VARCHAR, status_class TINYINT,
    requests INTEGER, errors INTEGER, aborted INTEGER, request_bytes BIGINT, response_bytes BIGINT
  );
  CREATE TABLE rollup_dimension (
    project_id INTEGER, minute INTEGER, last_minute INTEGER, grain TINYINT DEFAULT 0, dimension VARCHAR, value VARCHAR,
    requests INTEGER, errors INTEGER, aborted INTEGER, request_bytes BIGINT, response_bytes BIGINT
  );
  CREATE TABLE error_stacks (project_id INTEGER, fingerprint VARCHAR, error_class VARCHAR, frames VARCHAR[], seen_at BIGINT);
  CREATE TABLE ledger (project_id INTEGER, producer_id VARCHAR, from_seq BIGINT, to_seq BIGINT, seen_at BIGINT);
  CREATE TABLE journal_mark (segment BIGINT, event_id BIGINT);
  INSERT INTO journal_mark VALUES (0, 0);`,
  // Before files held them, all events were in the table.
  `CREATE TABLE day_files (name VARCHAR, day INTEGER, events BIGINT, bytes BIGINT, first_time BIGINT, last_time BIGINT, projects INTEGER[])`,
  // The books of each producer as JSON text.
  `CREATE TABLE producers (project_id INTEGER, producer_id VARCHAR, seen_at BIGINT, books VARCHAR)`,
  // Shed requests as they were told. Of those from before, by what the rollup of consumers knows of them.
  `CREATE TABLE shed (
    project_id INTEGER, minute BIGINT, last_minute BIGINT, method VARCHAR, route VARCHAR, status BIGINT,
    requests BIGINT, aborted BIGINT, request_bytes BIGINT, response_bytes BIGINT, buckets BIGINT[], counts BIGINT[]
  );
  INSERT INTO shed SELECT project_id, minute, last_minute, consumer, NULL, status_class::BIGINT * 100, requests, aborted, request_bytes, response_bytes, [], []
  FROM rollup_consumer WHERE kind = 'unknown' AND consumer = '(shed)'`,
  // Which day files have cells beside them, with the rows of each kind as JSON; and each consumer's first request in them.
  `CREATE TABLE cell_files (name VARCHAR, rows VARCHAR, bytes BIGINT);
  CREATE TABLE first_seen (project_id BIGINT, kind VARCHAR, consumer VARCHAR, "time" BIGINT)`,
  // Cells beside the day files took the place of rollups in the database.
  `CREATE TABLE dropped (project_id INTEGER, minute BIGINT, events BIGINT);
  INSERT INTO dropped SELECT project_id, minute, requests FROM rollup_dimension WHERE dimension = 'dropped';
  DROP TABLE rollup_endpoint;
  DROP TABLE rollup_consumer;
  DROP TABLE rollup_dimension`,
  // Cells have a database of their own. What stays is of which day files the first requests are known.
  `CREATE TABLE first_seen_files AS SELECT name FROM cell_files;
  DROP TABLE cell_files`,
]

/** The schema that this program writes. */
export const SCHEMA_VERSION = STEPS.length

/** A newer server has written the database: nothing is wrong with it, and this server must leave it alone. */
export class NewerSchema extends Error {
  override readonly name = 'NewerSchema'
}

/** Brings the tables to this version, each step as a whole. Rejects when a newer version has written the file. */
export async function migrate(connection: DuckDBConnection): Promise<void> {
  await connection.run('CREATE TABLE IF NOT EXISTS schema_version (version INTEGER)')
  const rows = (await connection.runAndReadAll('SELECT max(version) FROM schema_version')).getRows()
  const version = Number(rows[0]?.[0] ?? 0)
  if (version > SCHEMA_VERSION) {
    throw new NewerSchema(
      `the event database has schema version ${version}, this server knows versions up to ${SCHEMA_VERSION}: ` +
        'start the newer server that wrote it, or restore a backup from before the upgrade',
    )
  }
  for (const [at, step] of STEPS.entries()) {
    if (at < version) continue
    await connection.run(`BEGIN; ${step}; INSERT INTO schema_version VALUES (${at + 1}); COMMIT`)
  }
}
