import { missingPostgres, startPostgres, type PostgresServer } from '@wayside/testing'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, onTestFinished } from 'vitest'
import type { Database } from '../database/database.ts'
import { openPostgresDatabase } from '../database/postgres-database.ts'
import { openSqliteDatabase } from '../database/sqlite-database.ts'

/** Where a database is, for a process of its own: the module and the function that open it, and what to tell that. */
export interface TestDatabase {
  open(): Promise<Database>
  readonly opener: readonly [module: string, name: string, place: string]
}

/** Runs tests on each kind of database. Each test asks for a new one, which goes with it. */
export function onEachDatabase(describeTests: (create: () => Promise<TestDatabase>) => void): void {
  describe('in SQLite', () => {
    describeTests(async () => {
      const folder = mkdtempSync(join(tmpdir(), 'wayside-'))
      onTestFinished(() => rmSync(folder, { recursive: true }))
      const path = join(folder, 'test.sqlite')
      return { open: () => closing(openSqliteDatabase(path)), opener: ['sqlite-database.ts', 'openSqliteDatabase', path] }
    })
  })

  describe.skipIf(missingPostgres() !== null)(`in PostgreSQL ${missingPostgres() ?? ''}`, () => {
    let server: PostgresServer
    beforeAll(async () => void (server = await startPostgres()))
    afterAll(() => server.stop())
    describeTests(async () => {
      const url = await server.createDatabase()
      return { open: () => closing(openPostgresDatabase(url)), opener: ['postgres-database.ts', 'openPostgresDatabase', url] }
    })
  })
}

async function closing(opening: Promise<Database>): Promise<Database> {
  const database = await opening
  onTestFinished(() => database.close())
  return database
}
