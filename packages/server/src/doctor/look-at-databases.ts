import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Settings } from '../config/settings.ts'
import { TABLES_VERSION } from '../database/migrations.ts'
import { askPostgres } from '../database/postgres-database.ts'
import { askSqlite } from '../database/sqlite-database.ts'
import { createBackups } from '../registry/backups.ts'
import { openTables } from '../registry/open-registry.ts'
import { askClickHouse, readEventSchema, type SchemaState } from '../store/open-store.ts'
import { fail, find, ok, warn, type Finding } from './finding.ts'

type Looked = Omit<Finding, 'check'>
type Places = Pick<Settings, 'data' | 'databaseUrl' | 'clickhouseUrl' | 'keyPepperPath'>

const MAX_CLOCK_DIFFERENCE_MS = 5_000
const DAY_MS = 86_400_000

/** Looks at the databases, and changes nothing in them. */
export async function lookAtDatabases(settings: Places, { now, isRunning }: { readonly now: () => number; readonly isRunning: boolean }): Promise<readonly Finding[]> {
  const { data, databaseUrl, clickhouseUrl } = settings
  const pepperPath = settings.keyPepperPath ?? join(data, 'key-pepper')
  let version = 0
  const registry = await find('registry', async () => {
    const tables = databaseUrl === null ? await lookAtSqlite(join(data, 'registry.sqlite')) : await lookAtPostgres(databaseUrl, now)
    version = tables.version
    return tables.looked
  })
  const pepper = await find('key pepper', () => (version === 0 || existsSync(pepperPath) ? null : fail(`${pepperPath} is missing, and without it no key and no password is valid: bring it back from a backup`)))
  return [
    ...registry,
    ...pepper,
    // Opened as a server does only where that changes nothing.
    ...(version === TABLES_VERSION && pepper.length === 0 ? await find('backups', () => lookAtBackups(settings, now)) : []),
    ...(await find('event database', () => (clickhouseUrl === null ? lookAtDuckDb(data, isRunning) : lookAtClickHouse(clickhouseUrl, now)))),
  ]
}

interface LookedAtTables {
  /** 0 where there are none. */
  readonly version: number
  readonly looked: Looked
}

async function lookAtSqlite(path: string): Promise<LookedAtTables> {
  if (!existsSync(path)) return { version: 0, looked: ok(`${path} is not there yet; the server makes it when it starts`) }
  const { tablesVersion, damage } = await askSqlite(path)
  if (damage !== null) return { version: 0, looked: fail(`${path} is damaged: ${damage}. Restore a backup`) }
  return { version: tablesVersion, looked: toLooked(path, { found: tablesVersion, known: TABLES_VERSION }) }
}

async function lookAtPostgres(url: string, now: () => number): Promise<LookedAtTables> {
  const { tablesVersion, now: theirs } = await askPostgres(url)
  const late = toClockFinding('PostgreSQL', theirs, now())
  return { version: tablesVersion, looked: late ?? toLooked('PostgreSQL', { found: tablesVersion, known: TABLES_VERSION }) }
}

async function lookAtBackups(settings: Places, now: () => number): Promise<Looked> {
  const { database } = await openTables(settings)
  try {
    const [last] = await createBackups(database).list()
    if (last === undefined) return ok('`wayside backup` has made none')
    const days = Math.floor((now() - last.madeAt) / DAY_MS)
    return ok(`the last one was made ${days === 0 ? 'within a day' : `${days} days ago`}, to ${last.place}`)
  } finally {
    await database.close()
  }
}

async function lookAtDuckDb(data: string, isRunning: boolean): Promise<Looked> {
  // The engine lets one process at a time open the file.
  if (isRunning) return ok('the server has it open; /readyz says how it is')
  const state = await readEventSchema(data)
  return state === null ? ok('it is not there yet; the server makes it when it starts') : toLooked('events.duckdb', state)
}

async function lookAtClickHouse(url: string, now: () => number): Promise<Looked> {
  const { version, now: theirs } = await askClickHouse(url)
  return toClockFinding('ClickHouse', theirs, now()) ?? ok(`ClickHouse ${version} answers`)
}

function toLooked(name: string, { found, known }: SchemaState): Looked {
  if (found > known) return fail(`${name} has schema version ${found}, and this program knows versions up to ${known}: run the newer wayside that wrote it`)
  return ok(found === known ? `${name} has schema version ${found}` : `${name} has schema version ${found}; the server brings it to ${known} when it starts`)
}

function toClockFinding(name: string, theirs: number, ours: number): Looked | null {
  const difference = Math.round(Math.abs(theirs - ours) / 1_000)
  return difference * 1_000 <= MAX_CLOCK_DIFFERENCE_MS ? null : warn(`the clock of ${name} is ${difference} s off ours: set the clocks of both machines by NTP`)
}
