import type * as Pg from 'pg'
import type { ConnectionOptions } from 'node:tls'
import { DatabaseUnavailable, type Database, type Row, type SchemaVersion, type SqlValue, type SqlWords, type Statements } from './database.ts'
import { parseDatabaseUrl, type DatabaseAddress } from './database-url.ts'
import { migrate } from './migrations.ts'
import { isConnectionError, isNotLetIn, isTlsRefused, requireVersion, toOpenError } from './postgres-errors.ts'

const MAX_CONNECTIONS = 8
const CONNECT_TIMEOUT_MS = 5_000
const QUERY_TIMEOUT_MS = 10_000

const WORDS: SqlWords = {
  serialKey: 'BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY',
  integer: 'BIGINT',
  bytes: 'BYTEA',
  tableEnd: '',
  nowMs: 'CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)',
}

/** Opens a PostgreSQL database by its URL. Throws `SettingError` that says what to change. */
export async function openPostgresDatabase(url: string): Promise<Database> {
  const address = parseDatabaseUrl(url)
  try {
    const pool = await connect(address)
    try {
      const database = createDatabase(pool)
      await migrate(database, VERSION)
      return database
    } catch (error) {
      await pool.end()
      throw error
    }
  } catch (error) {
    // What went wrong lies below the word that the server did not answer.
    throw toOpenError(error instanceof DatabaseUnavailable ? error.cause : error, address.shown)
  }
}

/** What a PostgreSQL database says of itself; it is left as it is. Throws `SettingError` that says what to change. */
export async function askPostgres(url: string): Promise<{ readonly tablesVersion: number; readonly now: number }> {
  const address = parseDatabaseUrl(url)
  try {
    const pool = await connect(address)
    try {
      const [clock] = await ask(pool, `SELECT ${WORDS.nowMs} AS now, to_regclass('schema_version') IS NOT NULL AS known`)
      const [row] = clock?.['known'] ? await ask(pool, 'SELECT version FROM schema_version') : []
      return { tablesVersion: Number(row?.['version'] ?? 0), now: Number(clock?.['now']) }
    } finally {
      await pool.end()
    }
  } catch (error) {
    throw toOpenError(error instanceof DatabaseUnavailable ? error.cause : error, address.shown)
  }
}

/** A pool by the first way that leads to the server. */
async function connect(address: DatabaseAddress): Promise<Pg.Pool> {
  // Most servers have no PostgreSQL: its client takes memory where there is one alone.
  const pg = await import('pg')
  let failure: unknown
  for (const ssl of address.attempts) {
    const pool = createPool(pg, address.connectionString, ssl)
    try {
      const { rows } = await pool.query<{ readonly version: number }>(`SELECT current_setting('server_version_num')::INTEGER AS version`)
      requireVersion(rows[0]?.version ?? 0, address.shown)
      return pool
    } catch (error) {
      await pool.end()
      failure = error
      if (ssl === false ? !isNotLetIn(error) : !isTlsRefused(error)) break
    }
  }
  throw failure
}

function createPool({ Pool, types }: typeof Pg, connectionString: string, ssl: false | ConnectionOptions): Pg.Pool {
  const pool = new Pool({
    connectionString,
    ssl,
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
    keepAlive: true,
    application_name: 'wayside',
    // A pool that nobody uses must not keep a process alive.
    allowExitOnIdle: true,
    types: { getTypeParser: (type, format) => (type === INT8 ? toSafeInteger : types.getTypeParser(type, format)) },
  })
  // The pool drops an idle connection that breaks; whoever asks next gets a new one, or an error of its own.
  pool.on('error', () => undefined)
  return pool
}

const INT8 = 20

function toSafeInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`the database holds ${text}, which is past the whole numbers of JavaScript`)
  return value
}

function createDatabase(pool: Pg.Pool): Database {
  return {
    words: WORDS,
    query: (text, values) => ask(pool, text, values),
    async transaction(work) {
      const client = await pool.connect().catch(toUnavailable)
      try {
        const statements: Statements = { query: (text, values) => ask(client, text, values) }
        await statements.query('BEGIN')
        const result = await work(statements)
        await statements.query('COMMIT')
        client.release()
        return result
      } catch (error) {
        // Closing the connection rolls back, also where it no longer answers.
        client.release(true)
        throw error
      }
    },
    close: () => pool.end(),
  }
}

async function ask(on: Pg.Pool | Pg.ClientBase, text: string, values: readonly SqlValue[] = []): Promise<readonly Row[]> {
  // A copy, since the driver's type asks for an array that it might change.
  const { rows } = await on.query<Row>(text, [...values]).catch(toUnavailable)
  return rows
}

function toUnavailable(error: unknown): never {
  if (isConnectionError(error)) throw new DatabaseUnavailable('the PostgreSQL server did not answer', { cause: error })
  throw error
}

const VERSION: SchemaVersion = {
  async lock(statements) {
    // The number is ours alone: 'wayside' in ASCII.
    await statements.query('SELECT pg_advisory_xact_lock(33602696483791973)')
    await statements.query('CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)')
    return Number((await statements.query('SELECT version FROM schema_version'))[0]?.['version'] ?? 0)
  },
  async write(statements, version) {
    await statements.query('DELETE FROM schema_version')
    await statements.query('INSERT INTO schema_version VALUES ($1)', [version])
  },
}
