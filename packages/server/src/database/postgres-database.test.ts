import { missingPostgres, startPostgres, type PostgresServer } from '@wayside/testing'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { DatabaseUnavailable, type Database } from './database.ts'
import { openPostgresDatabase } from './postgres-database.ts'

async function open(url: string): Promise<Database> {
  const database = await openPostgresDatabase(url)
  onTestFinished(() => database.close())
  return database
}

describe.skipIf(missingPostgres() !== null)(`a PostgreSQL database ${missingPostgres() ?? ''}`, () => {
  let server: PostgresServer
  beforeAll(async () => void (server = await startPostgres()))
  afterAll(() => server.stop())

  test('without TLS at the server it is reached plainly by default, and not where TLS is required', async () => {
    const url = await server.createDatabase()

    expect(await (await open(url)).query('SELECT 1 AS one')).toEqual([{ one: 1 }])
    await expect(openPostgresDatabase(`${url}?sslmode=require`)).rejects.toThrow('does not support SSL')
  })

  test.each<readonly [string, (url: string) => string, string]>([
    ['a wrong password', (url) => url.replace(':a%20secret@', ':a%20guess@'), 'the user or the password is wrong'],
    ['an unknown user', (url) => url.replace('//wayside', '//nobody'), 'the user or the password is wrong'],
    ['a missing database', (url) => `${url}_not`, 'there is no such database'],
    ['a port where nothing listens', (url) => url.replace(/:\d+\//, ':1/'), 'nothing listens there'],
    ['an unknown host', (url) => url.replace('127.0.0.1', 'nowhere.invalid'), 'its name'],
  ])('%s is said, with what to change and without the password', async (_name, change, advice) => {
    const url = change(await server.createDatabase())

    const error = await openPostgresDatabase(url).catch((reason: unknown) => reason)

    expect(error).toMatchObject({ name: 'SettingError', message: expect.stringContaining(advice) })
    expect(String(error)).toContain('--database-url (WAYSIDE_DATABASE_URL)')
    expect(String(error)).not.toMatch(/secret|guess/)
  })

  test('a user who may not make tables is told so', async () => {
    const url = await server.createDatabase()
    await (await open(url)).query(`CREATE ROLE guest_${process.pid} LOGIN PASSWORD 'a secret'`)
    await (await open(await server.createDatabase())).query('SELECT 1')
    const fresh = await server.createDatabase()

    await expect(openPostgresDatabase(fresh.replace('//wayside', `//guest_${process.pid}`))).rejects.toThrow('the user may not make tables')
  })

  test('a server that is no PostgreSQL is said', async () => {
    const other = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(0, '127.0.0.1')
    onTestFinished(() => void other.close())
    await once(other, 'listening')
    const address = other.address()

    await expect(openPostgresDatabase(`postgres://x@127.0.0.1:${typeof address === 'object' ? address?.port : 0}/x`)).rejects.toThrow('must name a PostgreSQL database that can be reached')
  })

  test('what a transaction did is gone when it fails, and its connection serves the next', async () => {
    const database = await open(await server.createDatabase())
    await database.query('CREATE TABLE things (id BIGINT)')

    await expect(
      database.transaction(async (statements) => {
        await statements.query('INSERT INTO things VALUES (1)')
        throw new Error('no')
      }),
    ).rejects.toThrow('no')

    expect(await database.query('SELECT * FROM things')).toEqual([])
  })

  test('whole numbers, bytes and texts come back as they went, and a number past 2^53 is refused', async () => {
    const database = await open(await server.createDatabase())
    const values = [Number.MAX_SAFE_INTEGER, Buffer.from([0, 255]), 'é\'"\\', null]

    const [row] = await database.query('SELECT $1::BIGINT AS a, $2::BYTEA AS b, $3::TEXT AS c, $4::TEXT AS d', values)

    expect(Object.values(row ?? {})).toEqual(values)
    await expect(database.query('SELECT 9007199254740993 AS a')).rejects.toThrow('past the whole numbers')
  })

  test('a connection that was cut is said once, and the next one works', async () => {
    const url = await server.createDatabase()
    const [database, other] = [await open(url), await open(url)]

    const cut = database.query('SELECT pg_terminate_backend(pg_backend_pid())')

    await expect(cut).rejects.toBeInstanceOf(DatabaseUnavailable)
    expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
    expect(await other.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
  })

  test('tables of a newer program are refused', async () => {
    const url = await server.createDatabase()
    await (await open(url)).query('UPDATE schema_version SET version = 999')

    await expect(openPostgresDatabase(url)).rejects.toThrow('schema version 999')
  })
})

describe.skipIf(missingPostgres() !== null)('a PostgreSQL server with TLS', () => {
  let server: PostgresServer
  let folder: string
  let caPath: string
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wayside-tls-'))
    caPath = join(folder, 'cert.pem')
    const keyPath = join(folder, 'key.pem')
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=elsewhere', '-addext', 'subjectAltName=DNS:localhost', '-keyout', keyPath, '-out', caPath], { stdio: 'ignore' })
    server = await startPostgres({ tls: { certPath: caPath, keyPath } })
  })
  afterAll(async () => {
    await server.stop()
    rmSync(folder, { recursive: true })
  })

  const isEncrypted = async (url: string) => (await (await open(url)).query('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()'))[0]?.['ssl']

  test('each sslmode does what it does in libpq', async () => {
    const url = await server.createDatabase()
    const byName = url.replace('127.0.0.1', 'localhost')
    const root = `sslrootcert=${encodeURIComponent(caPath)}`

    expect(await isEncrypted(`${url}?sslmode=disable`)).toBe(false)
    expect(await isEncrypted(`${url}?sslmode=allow`)).toBe(false)
    expect(await isEncrypted(url)).toBe(true)
    expect(await isEncrypted(`${url}?sslmode=require`)).toBe(true)
    expect(await isEncrypted(`${url}?sslmode=verify-ca&${root}`)).toBe(true)
    expect(await isEncrypted(`${byName}?sslmode=verify-full&${root}`)).toBe(true)
    await expect(openPostgresDatabase(`${url}?sslmode=verify-full&${root}`)).rejects.toThrow('its certificate is for another host')
    await expect(openPostgresDatabase(`${byName}?sslmode=verify-full`)).rejects.toThrow('name it as sslrootcert')
  })
})
