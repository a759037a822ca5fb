import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { createLog } from '../log/log.ts'
import { createAuthenticator } from './authenticator.ts'
import { openRegistry } from './open-registry.ts'
import { KEY_KINDS, type Registry } from './registry.ts'

function openTestRegistry(now?: () => number): { readonly registry: Registry; readonly dataDir: string } {
  const dataDir = mkdtempSync(join(tmpdir(), 'wayside-'))
  const registry = openRegistry(dataDir, now)
  onTestFinished(() => {
    registry.close()
    rmSync(dataDir, { recursive: true })
  })
  return { registry, dataDir }
}

test('a key of each kind has its form and speaks for its project', () => {
  const { registry } = openTestRegistry()
  const project = registry.createProject({ name: 'shop', privacyFloor: 1, timeZone: 'Europe/Berlin' })
  const forms = {
    ingest: /^way_ing_\w{10}_\w{43}$/,
    read: /^way_read_\w{10}_\w{43}$/,
    admin: /^way_admin_\w{10}_\w{43}$/,
    combined: /^[\da-f-]{36}$/,
  }

  for (const kind of KEY_KINDS) {
    const { id, key } = registry.createKey(project.id, kind)
    expect(key).toMatch(forms[kind])
    expect(registry.authenticate(key)).toEqual({ keyId: id, project, kind })
  }
})

test('a key with another secret, in part or revoked is no key', () => {
  const { registry } = openTestRegistry()
  const { id, key } = registry.createKey(registry.createProject({ name: 'shop' }).id, 'ingest')

  expect(registry.authenticate(`${key.slice(0, -1)}${key.endsWith('a') ? 'b' : 'a'}`)).toBeNull()
  expect(registry.authenticate(id)).toBeNull()
  expect(registry.authenticate('')).toBeNull()
  expect([registry.revokeKey(id), registry.revokeKey(id)]).toEqual([true, false])
  expect(registry.authenticate(key)).toBeNull()
})

test('no file of the folder holds a key, and only its owner may read them', () => {
  const { registry, dataDir } = openTestRegistry()
  const project = registry.createProject({ name: 'shop' })
  const keys = KEY_KINDS.map((kind) => registry.createKey(project.id, kind).key)

  for (const file of readdirSync(dataDir)) {
    const bytes = readFileSync(join(dataDir, file))
    expect(keys.filter((key) => bytes.includes(key.slice(-36)))).toEqual([])
    expect([file, statSync(join(dataDir, file)).mode & 0o077]).toEqual([file, 0])
  }
})

test('two processes on one folder know the same keys', () => {
  const { registry, dataDir } = openTestRegistry()
  const other = openRegistry(dataDir)
  onTestFinished(() => other.close())

  const { key } = other.createKey(other.createProject({ name: 'shop' }).id, 'read')

  expect(registry.authenticate(key)?.project.name).toBe('shop')
})

test('a retired project is gone at once, its name is free and its id is never given again', () => {
  const { registry } = openTestRegistry()
  const project = registry.createProject({ name: 'shop' })
  const { key } = registry.createKey(project.id, 'combined')

  registry.retireProject(project.id)
  const retired = registry.retiredProjects()
  registry.removeProject(project.id)

  expect([registry.authenticate(key), registry.findProject('shop'), registry.projects(), registry.keys(null)]).toEqual([
    null,
    null,
    [],
    [],
  ])
  expect([retired, registry.retiredProjects()]).toEqual([[project.id], []])
  expect(registry.createProject({ name: 'shop' }).id).toBeGreaterThan(project.id)
})

test('a name is taken once', () => {
  const { registry } = openTestRegistry()
  registry.createProject({ name: 'shop' })

  expect(() => registry.createProject({ name: 'shop' })).toThrow('there is already a project named "shop"')
})

test('a folder that a newer program has written is refused', () => {
  const { registry, dataDir } = openTestRegistry()
  registry.projects()
  const database = new DatabaseSync(join(dataDir, 'registry.sqlite'))
  database.exec('PRAGMA user_version = 999')
  database.close()

  expect(() => openRegistry(dataDir)).toThrow('schema version 999')
})

test('the authenticator sees a revocation within 10 seconds and keeps when keys were used', () => {
  let now = 1_000_000
  const { registry } = openTestRegistry(() => now)
  const { id, key } = registry.createKey(registry.createProject({ name: 'shop' }).id, 'ingest')
  const authenticator = createAuthenticator(
    registry,
    createLog('error', () => undefined),
    () => now,
  )

  const before = authenticator.authenticate(key)
  registry.revokeKey(id)
  now += 10_000
  const after = authenticator.authenticate(key)
  authenticator.close()

  expect([before?.kind, after]).toEqual(['ingest', null])
  expect(registry.keys(null)[0]).toMatchObject({ id, lastUsedAt: 1_000_000, revokedAt: 1_000_000 })
})
