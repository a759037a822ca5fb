import { closeSync, openSync } from 'node:fs'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import { DatabaseUnavailable, type Database, type Row, type SchemaVersion, type SqlValue, type SqlWords, type Statements } from './database.ts'
import { migrate } from './migrations.ts'

const BUSY_TIMEOUT_MS = 5_000
const BUSY_RETRY_MS = 5

const WORDS: SqlWords = {
  serialKey: 'INTEGER PRIMARY KEY AUTOINCREMENT',
  integer: 'INTEGER',
  bytes: 'BLOB',
  tableEnd: 'STRICT',
  nowMs: `CAST(unixepoch('subsec') * 1000 AS INTEGER)`,
}

/** Opens a database file, made when absent. Several processes may have it open. */
export async function openSqliteDatabase(path: string): Promise<Database> {
  // SQLite would make it readable by all; its side files take their mode from it.
  closeSync(openSync(path, 'a', 0o600))
  const connection = new DatabaseSync(path)
  // secure_delete: what is removed is overwritten, and not only forgotten.
  const settings = 'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON'
  const database = createDatabase(connection)
  try {
    await whenFree(() => connection.exec(settings))
    await migrate(database, VERSION)
  } catch (error) {
    await database.close()
    throw error
  }
  return database
}

/** What a database file says of itself; it is left as it is. Rejects when it cannot be read. */
export async function askSqlite(path: string): Promise<{ readonly tablesVersion: number; readonly damage: string | null }> {
  const connection = new DatabaseSync(path, { readOnly: true })
  try {
    const version = connection.prepare('PRAGMA user_version').get()
    const check = Object.values(connection.prepare('PRAGMA quick_check(1)').get() ?? {})[0]
    return { tablesVersion: Number(version?.['user_version']), damage: check === 'ok' ? null : String(check) }
  } finally {
    connection.close()
  }
}

function createDatabase(connection: DatabaseSync): Database {
  /** By text; there are as many as the program has constants. */
  const prepared = new Map<string, StatementSync>()
  const run = (text: string, values: readonly SqlValue[] = []): readonly Row[] => {
    let statement = prepared.get(text)
    if (statement === undefined) prepared.set(text, (statement = connection.prepare(text)))
    return statement.all(toParameters(values)).map(toRow)
  }

  // One connection: what is asked during a transaction waits for its end.
  let lastTurn: Promise<unknown> = Promise.resolve()
  const inTurn = <Result>(work: () => Result | Promise<Result>): Promise<Result> => {
    const result = lastTurn.then(work)
    lastTurn = result.catch(() => undefined)
    return result
  }
  const statements: Statements = { query: async (text, values) => run(text, values) }

  return {
    words: WORDS,
    query: (text, values) => inTurn(() => whenFree(() => run(text, values))),
    transaction: (work) =>
      inTurn(async () => {
        // Immediate: of two processes that change the same, the second waits instead of failing halfway.
        await whenFree(() => connection.exec('BEGIN IMMEDIATE'))
        try {
          const result = await work(statements)
          connection.exec('COMMIT')
          return result
        } catch (error) {
          connection.exec('ROLLBACK')
          throw error
        }
      }),
    close: () => inTurn(() => connection.close()),
  }
}

/** SQLite's own waiting would stop the whole process, and with it the work that it waits for. */
async function whenFree<Result>(work: () => Result): Promise<Result> {
  const deadline = performance.now() + BUSY_TIMEOUT_MS
  for (;;) {
    try {
      return work()
    } catch (error) {
      if (!isBusy(error)) throw error
      if (performance.now() > deadline)
        throw new DatabaseUnavailable(`another process has kept the registry locked for ${BUSY_TIMEOUT_MS / 1_000} s`, { cause: error })
    }
    await delay(BUSY_RETRY_MS)
  }
}

/** The low byte is the kind of error: SQLITE_BUSY, and what it is in detail above it. */
function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === 5
}

/** In the file's own header, where it has always been. */
const VERSION: SchemaVersion = {
  lock: async (statements) => Number((await statements.query('PRAGMA user_version'))[0]?.['user_version']),
  write: async (statements, version) => void (await statements.query(`PRAGMA user_version = ${version}`)),
}

function toParameters(values: readonly SqlValue[]): Record<string, SqlValue> {
  return Object.fromEntries(values.map((value, at) => [`$${at + 1}`, value]))
}

function toRow(row: Record<string, unknown>): Row {
  // The tables are STRICT and integers safe, so no other type comes out of them.
  return row as Row
}
