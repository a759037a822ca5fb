import { SAVED_VIEW_LIMITS } from '@wayside/protocol'
import { expect, test } from 'vitest'
import { onEachDatabase } from '../testing/on-each-database.ts'
import { createRegistry } from './create-registry.ts'
import { createSavedViews, TooManyViews } from './saved-views.ts'

onEachDatabase((create) => {
  async function open() {
    const database = await (await create()).open()
    const registry = createRegistry(database, Buffer.alloc(32, 1))
    const [shop, other] = [await registry.createProject({ name: 'shop' }), await registry.createProject({ name: 'other' })]
    return { views: createSavedViews(database), shop: shop.id, other: other.id }
  }

  test('a view is saved for its project, under a name that holds one, and removed', async () => {
    const { views, shop, other } = await open()
    await views.save(shop, { name: 'errors', place: 'errors', query: 'period=7d' })
    await views.save(shop, { name: 'Über <b>', place: '', query: 'f=country:DE' })
    await views.save(shop, { name: 'errors', place: 'errors', query: 'period=30d' })

    expect(await views.list(shop)).toEqual([
      { name: 'errors', place: 'errors', query: 'period=30d' },
      { name: 'Über <b>', place: '', query: 'f=country:DE' },
    ])
    expect(await views.list(other)).toEqual([])
    expect([await views.remove(other, 'errors'), await views.remove(shop, 'errors'), await views.remove(shop, 'errors')]).toEqual([false, true, false])
  })

  test('a project that has as many as it may can change them, and gets no more', async () => {
    const { views, shop } = await open()
    for (let at = 0; at < SAVED_VIEW_LIMITS.perProject; at++) await views.save(shop, { name: `view ${at}`, place: '', query: '' })
    await views.save(shop, { name: 'view 0', place: 'errors', query: '' })
    await expect(views.save(shop, { name: 'one more', place: '', query: '' })).rejects.toThrow(TooManyViews)
    expect(await views.list(shop)).toHaveLength(SAVED_VIEW_LIMITS.perProject)
  })
})
