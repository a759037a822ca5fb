import { expect, test } from 'vitest'
import { createLog } from '../log/log.ts'
import { createAuthenticator } from './authenticator.ts'
import { KEY_KINDS, type Registry } from './registry.ts'

/** Opens registries on one database, which is new in each test and goes with it. */
export type OpenRegistries = () => Promise<(now?: () => number) => Promise<Registry>>

/** What every registry does, whatever database it is in. */
export function describeRegistry(openRegistries: OpenRegistries): void {
  const openOne = async (now?: () => number): Promise<Registry> => (await openRegistries())(now)

  test('a key of each kind has its form and speaks for its project', async () => {
    const registry = await openOne()
    const project = await registry.createProject({ name: 'shop', privacyFloor: 1, timeZone: 'Europe/Berlin' })
    const forms = {
      ingest: /^way_ing_\w{10}_\w{43}$/,
      read: /^way_read_\w{10}_\w{43}$/,
      admin: /^way_admin_\w{10}_\w{43}$/,
      combined: /^[\da-f-]{36}$/,
    }

    for (const kind of KEY_KINDS) {
      const { id, key } = await registry.createKey(project.id, kind)
      expect(key).toMatch(forms[kind])
      expect(await registry.authenticate(key)).toEqual({ keyId: id, project, kind })
    }
  })

  test('a combined key has one that only reads, the same each time and known to all, which ends when it is revoked', async () => {
    const registry = await openOne()
    const project = await registry.createProject({ name: 'shop' })
    const { id, key } = await registry.createKey(project.id, 'combined')

    const reader = await registry.readKeyOf(key.toUpperCase())
    expect(reader).toMatch(/^[\da-f-]{36}$/)
    expect(await registry.readKeyOf(key)).toBe(reader)
    const principal = await registry.authenticate(String(reader))
    expect(principal).toMatchObject({ project, kind: 'read' })
    expect((await registry.keys(project.id)).map((each) => each.kind)).toEqual(expect.arrayContaining(['combined', 'read']))
    expect(await registry.readKeyOf(String(reader))).toBeNull()
    expect(await registry.readKeyOf((await registry.createKey(project.id, 'admin')).key)).toBeNull()

    await registry.revokeKey(String(principal?.keyId))
    expect(await registry.authenticate(String(await registry.readKeyOf(key)))).toBeNull()
    await registry.revokeKey(id)
    expect(await registry.readKeyOf(key)).toBeNull()
  })

  test('a key with another secret, in part or revoked is no key', async () => {
    const registry = await openOne()
    const { id, key } = await registry.createKey((await registry.createProject({ name: 'shop' })).id, 'ingest')

    for (const wrong of [`${key.slice(0, -1)}${key.endsWith('a') ? 'b' : 'a'}`, id, ''])
      expect(await registry.authenticate(wrong)).toBeNull()
    expect([await registry.revokeKey(id), await registry.revokeKey(id)]).toEqual([true, false])
    expect(await registry.authenticate(key)).toBeNull()
  })

  test('two processes on one database know the same keys', async () => {
    const open = await openRegistries()
    const [registry, other] = [await open(), await open()]

    const { key } = await other.createKey((await other.createProject({ name: 'shop' })).id, 'read')

    expect((await registry.authenticate(key))?.project.name).toBe('shop')
  })

  test('processes that start together on a new database make its tables once', async () => {
    const open = await openRegistries()

    const registries = await Promise.all(Array.from({ length: 4 }, () => open()))

    expect(await Promise.all(registries.map((each) => each.projects()))).toEqual([[], [], [], []])
  })

  test('keys are listed by project with the time of their use', async () => {
    let now = 1_000
    const registry = await openOne(() => now++)
    const [shop, blog] = [await registry.createProject({ name: 'shop' }), await registry.createProject({ name: 'blog' })]
    const { id } = await registry.createKey(shop.id, 'read')
    await registry.createKey(blog.id, 'ingest')

    // What another process saw earlier comes later.
    for (const at of [9_000, 8_000]) await registry.touchKeys(new Map([[id, at], ['unknown', at]]))

    expect(await registry.keys(shop.id)).toEqual([
      { id, kind: 'read', projectName: 'shop', createdAt: 1_002, lastUsedAt: 9_000, revokedAt: null },
    ])
    expect((await registry.keys(null)).map(({ projectName }) => projectName)).toEqual(['shop', 'blog'])
    expect((await registry.projects()).map(({ name }) => name)).toEqual(['shop', 'blog'])
  })

  test('a retired project is gone at once, its name is free and its id is never given again', async () => {
    const registry = await openOne()
    const project = await registry.createProject({ name: 'shop' })
    const { key } = await registry.createKey(project.id, 'combined')

    await registry.retireProject(project.id)
    const retired = await registry.retiredProjects()
    await registry.removeProject(project.id)

    expect(await Promise.all([registry.authenticate(key), registry.findProject('shop'), registry.projects(), registry.keys(null)])).toEqual([null, null, [], []])
    expect([retired, await registry.retiredProjects()]).toEqual([[project.id], []])
    expect((await registry.createProject({ name: 'shop' })).id).toBeGreaterThan(project.id)
  })

  test('a name is taken once, also by processes that ask together', async () => {
    const open = await openRegistries()
    const registries = await Promise.all([open(), open(), open()])

    const made = await Promise.allSettled(registries.map((each) => each.createProject({ name: 'shop' })))

    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    await expect(registries[0]?.createProject({ name: 'shop' })).rejects.toThrow('there is already a project named "shop"')
  })

  test('what is given of a project changes, and a name that is taken does not', async () => {
    const registry = await openOne()
    const [shop, blog] = [await registry.createProject({ name: 'shop', eventDays: 30 }), await registry.createProject({ name: 'blog' })]

    const changed = await registry.changeProject(shop.id, { name: 'store', privacyFloor: 2, timeZone: 'Asia/Tokyo', rollupDays: 90 })

    expect(changed).toEqual({ ...shop, name: 'store', privacyFloor: 2, timeZone: 'Asia/Tokyo', rollupDays: 90 })
    expect(await registry.changeProject(shop.id, { eventDays: null })).toEqual({ ...changed, eventDays: null })
    await expect(registry.changeProject(blog.id, { name: 'store' })).rejects.toThrow('there is already a project named "store"')
    expect(await registry.projectByPublicId(blog.publicId)).toEqual(blog)
    await registry.retireProject(blog.id)
    expect([await registry.changeProject(blog.id, { name: 'other' }), await registry.projectByPublicId(blog.publicId)]).toEqual([null, null])
  })

  test('texts come back as they were given', async () => {
    const registry = await openOne()
    const name = `'; DROP TABLE projects; -- "\\ $1 %_ é 日本 😀`

    await registry.createProject({ name, timeZone: 'America/Argentina/Buenos_Aires' })

    expect(await registry.findProject(name)).toMatchObject({ name, timeZone: 'America/Argentina/Buenos_Aires', privacyFloor: 0 })
  })

  test('the authenticator sees a revocation within 10 seconds and keeps when keys were used', async () => {
    let now = 1_000_000
    const registry = await openOne(() => now)
    const { id, key } = await registry.createKey((await registry.createProject({ name: 'shop' })).id, 'ingest')
    const authenticator = createAuthenticator(
      registry,
      createLog('error', () => undefined),
      () => now,
    )

    const before = await authenticator.authenticate(key)
    await registry.revokeKey(id)
    now += 10_000
    const after = await authenticator.authenticate(key)
    await authenticator.close()

    expect([before?.kind, after]).toEqual(['ingest', null])
    expect((await registry.keys(null))[0]).toMatchObject({ id, lastUsedAt: 1_000_000, revokedAt: 1_000_000 })
  })
}
