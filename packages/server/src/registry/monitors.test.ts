import { MONITOR_LIMITS } from '@wayside/protocol'
import { expect, test } from 'vitest'
import { NO_STANDING } from '../monitor/monitor.ts'
import { onEachDatabase } from '../testing/on-each-database.ts'
import { insertProject, sampleMonitor } from '../testing/sample-monitor.ts'
import { createMonitors, TooManyMonitors } from './monitors.ts'

onEachDatabase((create) => {
  test('a monitor is kept with all its settings, changed and removed, by its own project alone', async () => {
    const database = await (await create()).open()
    const [shop, other] = [await insertProject(database), await insertProject(database, 'other')]
    const monitors = createMonitors(database, () => 1_000)
    const settings = sampleMonitor({ headers: { 'x-key': "s'; --" }, body: { rule: 'matches', text: '^ok' }, expectedStatus: '200-204,301', slowMs: 500 })

    const made = await monitors.create(shop, settings)
    expect(made).toMatchObject({ ...settings, projectId: shop, revision: 1, createdAt: 1_000, standing: NO_STANDING })
    expect(await monitors.list(shop)).toEqual([made])
    expect([await monitors.list(other), await monitors.find(other, made.publicId), await monitors.change(other, made.publicId, { name: 'x' })]).toEqual([[], null, null])

    const changed = await monitors.change(shop, made.publicId, { name: 'Cart', slowMs: null })
    expect(changed).toEqual({ ...made, name: 'Cart', slowMs: null, revision: 2 })
    expect(await monitors.find(shop, made.publicId)).toEqual(changed)
    expect([await monitors.remove(other, made.publicId), await monitors.remove(shop, made.publicId), await monitors.remove(shop, made.publicId)]).toEqual([false, true, false])
  })

  test('a project has a bounded number of them', async () => {
    const database = await (await create()).open()
    const shop = await insertProject(database)
    const monitors = createMonitors(database, () => 1_000)
    for (let count = 0; count < MONITOR_LIMITS.perProject; count++) await monitors.create(shop, sampleMonitor())

    await expect(monitors.create(shop, sampleMonitor())).rejects.toThrow(TooManyMonitors)
  })

  test('of several processes one makes a check that is due; paused ones and those of retired projects are not due', async () => {
    const place = await create()
    const database = await place.open()
    const [shop, retired] = [await insertProject(database), await insertProject(database, 'retired')]
    const monitors = createMonitors(database, () => 1_000)
    const other = createMonitors(await place.open(), () => 1_000)
    const { publicId } = await monitors.create(shop, sampleMonitor())
    await monitors.create(shop, sampleMonitor({ paused: true }))
    await monitors.create(retired, sampleMonitor())
    await database.query('UPDATE projects SET retired_at = 1 WHERE id = $1', [retired])

    expect(await monitors.due(999, 10)).toEqual([])
    const [mine, theirs] = [await monitors.due(1_000, 10), await other.due(1_000, 10)]
    expect(mine).toMatchObject([{ monitor: { publicId }, dueAt: 1_000, timeZone: 'Asia/Kolkata' }])
    const claims = await Promise.all([...mine, ...theirs].map((due, at) => (at === 0 ? monitors : other).claim(due, 61_000)))

    expect(claims.toSorted()).toEqual([false, true])
    expect(await monitors.due(60_999, 10)).toEqual([])
    expect(await monitors.due(61_000, 10)).toHaveLength(1)
    // Planned by a clock that was years ahead.
    await monitors.claim((await monitors.due(61_000, 10))[0] ?? { monitor: await monitors.create(shop, sampleMonitor()), dueAt: 0, timeZone: '' }, 9_000_000_000_000)
    expect(await monitors.due(61_000, 10)).toHaveLength(1)
  })
})
