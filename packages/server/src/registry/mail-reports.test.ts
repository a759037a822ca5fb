import { expect, test } from 'vitest'
import { onEachDatabase } from '../testing/on-each-database.ts'
import { createMailReports } from './mail-reports.ts'
import { createRegistry } from './create-registry.ts'

onEachDatabase((create) => {
  async function open() {
    let time = 1_000
    const database = await (await create()).open()
    const registry = createRegistry(database, Buffer.alloc(32, 1))
    const [one, other] = [await registry.createProject({ name: 'one' }), await registry.createProject({ name: 'other' })]
    const reports = createMailReports(database, () => time)
    const listed = async () => (await reports.all()).map(({ projectId, frequency, email, toldUntil }) => [projectId, frequency, email, toldUntil])
    return { registry, reports, one: one.id, other: other.id, listed, at: (instant: number) => void (time = instant) }
  }

  test('who stays among the recipients is not told again what they know', async () => {
    const { reports, one, other, listed, at } = await open()
    await reports.set(one, 'daily', ['ada@example.org', 'eve@example.org'])
    await reports.set(one, 'weekly', ['ada@example.org'])
    await reports.set(other, 'daily', ['ada@example.org'])
    const [ada] = await reports.of(one)
    if (ada !== undefined) await reports.told(ada, 5_000)

    at(9_000)
    await reports.set(one, 'daily', ['ada@example.org', 'bob@example.org'])

    expect(await listed()).toEqual([
      [one, 'daily', 'ada@example.org', 5_000],
      [one, 'daily', 'bob@example.org', 9_000],
      [one, 'weekly', 'ada@example.org', 1_000],
      [other, 'daily', 'ada@example.org', 1_000],
    ])
  })

  test('who stops gets no more of that report, once', async () => {
    const { reports, one, listed } = await open()
    await reports.set(one, 'daily', ['ada@example.org'])
    await reports.set(one, 'monthly', ['ada@example.org'])
    const [daily] = await reports.of(one)

    expect([await reports.stop(daily?.id ?? ''), await reports.stop(daily?.id ?? ''), await reports.stop('')]).toEqual([true, false, false])
    expect(await listed()).toEqual([[one, 'monthly', 'ada@example.org', 1_000]])
  })

  test('nobody gets reports of a project that is no more', async () => {
    const { registry, reports, one, listed } = await open()
    await reports.set(one, 'daily', ['ada@example.org'])

    await registry.retireProject(one)

    expect(await listed()).toEqual([])
  })
})
