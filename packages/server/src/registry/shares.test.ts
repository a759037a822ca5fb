import { expect, test } from 'vitest'
import { onEachDatabase } from '../testing/on-each-database.ts'
import { createRegistry } from './create-registry.ts'
import { createShares, TooManyShares } from './shares.ts'

const PEPPER = Buffer.alloc(32, 1)
const SHARE = { label: 'for Ada', filter: ['is', 'country', ['DE']], passwordHash: null, frameHosts: ['https://intranet.example.com'], expiresAt: null } as const

onEachDatabase((create) => {
  async function open() {
    const database = await (await create()).open()
    const registry = createRegistry(database, PEPPER)
    const clock = { now: 1_000 }
    const [shop, other] = [await registry.createProject({ name: 'shop' }), await registry.createProject({ name: 'other' })]
    return { database, clock, shares: createShares(database, PEPPER, () => clock.now), registry, shop: shop.id, other: other.id }
  }

  test('a link is found by its token alone, which is not kept', async () => {
    const { database, shares, shop, other } = await open()
    const { share, token } = await shares.create(shop, SHARE)

    expect(await shares.find(token)).toEqual({ ...SHARE, hasPassword: false, id: share.id, createdAt: 1_000, projectId: shop })
    expect([await shares.find(share.id), await shares.find('')]).toEqual([null, null])
    expect(await shares.list(shop)).toEqual([share])
    expect(await shares.list(other)).toEqual([])
    expect(JSON.stringify(await database.query('SELECT * FROM shares', []))).not.toContain(token)
  })

  test('a link ends when it is revoked by its project, at its end, and with the project', async () => {
    const { clock, shares, registry, shop, other } = await open()
    const revoked = await shares.create(shop, SHARE)
    const expiring = await shares.create(shop, { ...SHARE, expiresAt: 2_000 })
    const orphan = await shares.create(other, { ...SHARE, filter: null })

    expect([await shares.revoke(other, revoked.share.id), await shares.revoke(shop, revoked.share.id), await shares.revoke(shop, revoked.share.id)]).toEqual([false, true, false])
    expect(await shares.find(revoked.token)).toBeNull()
    clock.now = 1_999
    expect(await shares.find(expiring.token)).not.toBeNull()
    clock.now = 2_000
    expect(await shares.find(expiring.token)).toBeNull()
    expect(await shares.find(orphan.token)).toMatchObject({ filter: null })
    await registry.retireProject(other)
    expect(await shares.find(orphan.token)).toBeNull()
  })

  test('the pass of a link is of its password alone', async () => {
    const { shares, shop } = await open()
    const [first, second] = [await shares.create(shop, { ...SHARE, passwordHash: 'a' }), await shares.create(shop, { ...SHARE, passwordHash: 'a' })]
    const [one, other] = [await shares.find(first.token), await shares.find(second.token)]
    if (one === null || other === null) throw new Error('there is no such link')

    expect(first.share.hasPassword).toBe(true)
    expect(shares.passOf(one)).toBe(shares.passOf({ ...one }))
    expect(new Set([shares.passOf(one), shares.passOf(other), shares.passOf({ ...one, passwordHash: 'b' })]).size).toBe(3)
  })

  test('who may frame a link is known by its id', async () => {
    const { shares, shop } = await open()
    const { share } = await shares.create(shop, SHARE)
    expect([await shares.frameHostsOf(share.id), await shares.frameHostsOf('none')]).toEqual([SHARE.frameHosts, []])
  })

  test('a project has a bounded number of links', async () => {
    const { shares, shop } = await open()
    for (let at = 0; at < 100; at++) await shares.create(shop, SHARE)
    await expect(shares.create(shop, SHARE)).rejects.toThrow(TooManyShares)
  })
})
