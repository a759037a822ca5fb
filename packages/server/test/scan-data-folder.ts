import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'

/** A place in which a text was found. */
export interface Finding {
  readonly text: string
  /** A file, or a table of a database. */
  readonly where: string
}

/** Finds texts in every byte of every file below a folder, such as journal, databases, their logs and temporary files. */
export function scanFiles(folder: string, texts: readonly string[]): readonly Finding[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return files.flatMap((entry) => {
    const path = join(entry.parentPath, entry.name)
    const bytes = readFileSync(path)
    return texts.filter((text) => bytes.includes(text) || bytes.includes(Buffer.from(text, 'utf16le'))).map((text) => ({ text, where: path }))
  })
}

/** Finds texts in the rows of every table, where an engine's compression hides them from a search of its bytes. */
export async function scanTables(folder: string, texts: readonly string[]): Promise<readonly Finding[]> {
  const dumps = new Map([...(await dumpEngine(folder)), ...dumpSqlite(folder)])
  return [...dumps].flatMap(([where, dump]) => texts.filter((text) => dump.includes(text)).map((text) => ({ text, where })))
}

/** Every database of the engine, snapshots included, and every file of a day. */
async function dumpEngine(folder: string): Promise<ReadonlyMap<string, string>> {
  const dumps = new Map<string, string>()
  for (const path of readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name)))) {
    if (!path.endsWith('.duckdb') && !path.endsWith('.parquet')) continue
    const instance = await DuckDBInstance.create(path.endsWith('.duckdb') ? path : ':memory:', path.endsWith('.duckdb') ? { access_mode: 'READ_ONLY' } : {})
    const connection = await instance.connect()
    const tables = path.endsWith('.parquet') ? [`'${path}'`] : (await readAll(connection, 'SELECT table_name FROM duckdb_tables()')).map(([table]) => `"${String(table)}"`)
    for (const table of tables) dumps.set(`${path}: ${table}`, JSON.stringify(await readAll(connection, `SELECT * FROM ${table}`)))
    connection.closeSync()
    instance.closeSync()
  }
  return dumps
}

async function readAll(connection: DuckDBConnection, sql: string) {
  return (await connection.runAndReadAll(sql)).getRowsJson()
}

function dumpSqlite(folder: string): ReadonlyMap<string, string> {
  const dumps = new Map<string, string>()
  for (const name of readdirSync(folder)) {
    if (!isSqlite(join(folder, name))) continue
    const database = new DatabaseSync(join(folder, name), { readOnly: true })
    const tables = database.prepare(`SELECT name FROM sqlite_master WHERE type = 'table'`).all()
    for (const { name: table } of tables) dumps.set(`${name}: ${String(table)}`, JSON.stringify(database.prepare(`SELECT * FROM "${String(table)}"`).all()))
    database.close()
  }
  return dumps
}

function isSqlite(path: string): boolean {
  return statSync(path).isFile() && readFileSync(path).subarray(0, 15).toString('latin1') === 'SQLite format 3'
}
