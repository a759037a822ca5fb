import { expect, test } from 'vitest'
import { parseDatabaseUrl } from './database-url.ts'
import { requireVersion } from './postgres-errors.ts'

test.each([
  ['mysql://x@y/z', 'must be a URL such as postgres://user:password@host:5432/wayside'],
  ['wayside', 'must be a URL'],
  ['postgres://user:secret@host', 'must name a database after the host, such as postgres://user@host/wayside'],
  ['postgres://user:secret@host/db?sslmode=always', 'must have one of disable, allow, prefer, require, verify-ca, verify-full as sslmode, got "always"'],
  ['postgres://user:secret@host/db?sslrootcert=/not/there', 'must name a file that can be read as sslrootcert, got "/not/there"'],
])('%s is refused, without its password', (url, message) => {
  expect(() => parseDatabaseUrl(url)).toThrow(message)
  expect(() => parseDatabaseUrl(url)).not.toThrow('secret')
})

test('messages show where a database is, and not the password', () => {
  expect(parseDatabaseUrl('postgres://user:secret@host:6000/db?sslmode=disable').shown).toBe('postgres://user@host:6000/db')
})

test('a Unix socket is never encrypted', () => {
  expect(parseDatabaseUrl('postgres:///db?host=/run/postgresql&sslmode=require').attempts).toEqual([false])
})

test('a server that is too old is named with its version', () => {
  expect(() => requireVersion(150_000, 'postgres://host/db')).not.toThrow()
  expect(() => requireVersion(140_022, 'postgres://host/db')).toThrow('needs PostgreSQL 15 or newer, got postgres://host/db with PostgreSQL 14')
})
