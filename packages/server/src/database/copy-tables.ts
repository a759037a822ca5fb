import { SettingError } from '../config/settings.ts'
import type { Database, SqlValue, Statements } from './database.ts'

/** What each database keeps for itself, or what only servers beside each other have. */
const LEFT_OUT = ['marks', 'leases', 'claims', 'claim_producers', 'journals', 'sqlite_sequence']

/**
 * Copies all rows of the small tables from SQLite to PostgreSQL, with their ids, all or nothing. Does nothing where that was done
 * before. Throws `SettingError` for a PostgreSQL database that has projects of its own.
 * @returns how many rows were copied
 */
export async function copyTables(sqlite: Database, postgres: Database): Promise<number> {
  return postgres.transaction(async (to) => {
    // Two of these at once: the second waits, and finds the work done.
    await to.query('LOCK TABLE projects IN EXCLUSIVE MODE')
    const [mine, theirs] = [await readPublicIds(sqlite), await readPublicIds(to)]
    if (theirs.length > 0 && theirs.join() === mine.join()) return 0
    if (theirs.length > 0)
      throw new SettingError('--database-url (WAYSIDE_DATABASE_URL) must name a database without projects: this one has some that the data folder does not know')
    let copied = 0
    // Tables were made one after the other, each after those that it refers to.
    for (const { name } of await sqlite.query(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN (${LEFT_OUT.map((each) => `'${each}'`).join(', ')}) ORDER BY rowid`))
      copied += await copyTable(sqlite, to, String(name))
    return copied
  })
}

async function copyTable(sqlite: Database, to: Statements, table: string): Promise<number> {
  const columns = (await sqlite.query(`SELECT name FROM pragma_table_info('${table}') ORDER BY cid`)).map(({ name }) => String(name))
  const places = columns.map((_, at) => `$${at + 1}`).join(', ')
  const rows = await sqlite.query(`SELECT * FROM ${table}`)
  for (const row of rows) await to.query(`INSERT INTO ${table} (${columns.join(', ')}) OVERRIDING SYSTEM VALUE VALUES (${places})`, columns.map((column): SqlValue => row[column] ?? null))
  const [counter] = await sqlite.query('SELECT seq FROM sqlite_sequence WHERE name = $1', [table])
  // An id is never given again, also one whose row is gone.
  if (counter !== undefined) await to.query(`SELECT setval(pg_get_serial_sequence($1, 'id'), $2)`, [table, counter['seq'] ?? 1])
  return rows.length
}

async function readPublicIds(statements: Statements): Promise<readonly string[]> {
  return (await statements.query('SELECT public_id FROM projects ORDER BY public_id')).map((row) => String(row['public_id']))
}
