import { expect, test } from 'vitest'
import { onEachDatabase } from '../testing/on-each-database.ts'
import { createErasures } from './erasures.ts'

onEachDatabase((create) => {
  test('an erasure is known to all processes until it is forgotten', async () => {
    const place = await create()
    const database = await place.open()
    const [project] = await database.query(`INSERT INTO projects (public_id, name, privacy_floor, time_zone, created_at) VALUES ('p', 'shop', 0, 'UTC', 1) RETURNING id`)
    const projectId = Number(project?.['id'])
    let time = 1_000
    const erasures = createErasures(database, () => time)
    const other = createErasures(await place.open(), () => time)
    const ada = { kind: 'user', consumer: `ada'; --` } as const

    const asked = await erasures.ask(projectId, ada)
    expect(await other.list()).toEqual([{ projectId, ...ada, askedAt: 1_000, doneAt: null, events: 0 }])
    time = 2_000
    await other.done(asked, 3)
    time = 3_000
    await other.done(asked, 2)
    expect(await erasures.list()).toEqual([{ projectId, ...ada, askedAt: 1_000, doneAt: 2_000, events: 5 }])

    const again = await erasures.ask(projectId, ada)
    await other.done(asked, 7)
    await other.forget(asked)
    expect(await erasures.list()).toEqual([again])
    await other.forget(again)
    expect(await erasures.list()).toEqual([])
  })
})
