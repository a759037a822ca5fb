import { expect, test } from 'vitest'
import { createRegistry } from './create-registry.ts'
import { createExports, type NewExport } from './exports.ts'
import { onEachDatabase } from '../testing/on-each-database.ts'

const BOUNDS = { waiting: 3, kept: 4 }
const NOTHING = { rows: 0, expectedRows: null, bytes: 0 }

onEachDatabase((create) => {
  async function open() {
    let time = 1_000
    const database = await (await create()).open()
    const registry = createRegistry(database, Buffer.alloc(32, 1))
    const [one, other] = [await registry.createProject({ name: 'one' }), await registry.createProject({ name: 'other' })]
    const exports = createExports(database, Buffer.alloc(32, 1), () => time)
    const add = (over: Partial<NewExport> = {}, bounds = BOUNDS) =>
      exports.add({ projectId: one.id, content: { of: 'requests', from: 1, to: 2, filter: null }, format: 'csv', fileName: 'a.csv', folder: 'here', askedBy: 'person:1', period: null, expiresAt: null, ...over }, bounds)
    return { exports, registry, one, other, add, at: (instant: number) => void (time = instant) }
  }
  const added = <Record>(record: Record | null): Record => {
    if (record === null) throw new Error('it was not added')
    return record
  }
  const ids = (records: readonly { readonly id: string }[]) => records.map(({ id }) => id)

  test('exports are listed by project, the newest first', async () => {
    const { exports, one, other, add, at } = await open()
    const first = added(await add())
    at(2_000)
    const second = added(await add({ format: 'parquet' }))
    await add({ projectId: other.id })

    expect(ids(await exports.list(one.id))).toEqual([second.id, first.id])
    expect(await exports.find(one.id, second.id)).toEqual(second)
    expect(await exports.find(other.id, second.id)).toBeNull()
    expect(second).toMatchObject({ state: 'queued', format: 'parquet', content: { of: 'requests', from: 1, to: 2, filter: null }, rows: 0, bytes: 0, expectedRows: null, endedAt: null, problem: null, expiresAt: null })
  })

  test('a project has so many under way and so many in all', async () => {
    const { exports, other, add } = await open()
    for (let at = 0; at < 3; at++) added(await add())
    expect(await add()).toBeNull()
    added(await add({ projectId: other.id }))

    for (let claimed = await exports.claim('here', 60_000); claimed !== null; claimed = await exports.claim('here', 60_000)) await exports.done(claimed, NOTHING, 8_000)
    added(await add())
    expect(await add()).toBeNull()
  })

  test('each is claimed once, in the order of asking, in its folder, and again when its maker falls silent', async () => {
    const { exports, add, at } = await open()
    const first = added(await add())
    at(2_000)
    const second = added(await add())
    await add({ folder: 'elsewhere' })

    const claims = [await exports.claim('here', 60_000), await exports.claim('here', -1), await exports.claim('here', 60_000), await exports.claim('here', 60_000)]

    expect(claims.map((claim) => claim && [claim.id, claim.state, claim.attempts])).toEqual([[first.id, 'running', 1], [second.id, 'running', 1], [second.id, 'running', 2], null])
  })

  test('whoever lost a claim changes nothing more', async () => {
    const { exports, one, add } = await open()
    await add()
    const before = added(await exports.claim('here', -1))
    const after = added(await exports.claim('here', 60_000))

    expect(await exports.tell(before, { rows: 7, expectedRows: 9, bytes: 70 }, 60_000)).toBe(false)
    expect(await exports.done(before, { rows: 7, expectedRows: 9, bytes: 70 }, 8_000)).toBe(false)
    await exports.fail(before, 'no', 8_000)
    expect(await exports.tell(after, { rows: 5, expectedRows: 9, bytes: 50 }, 60_000)).toBe(true)

    expect(await exports.list(one.id)).toMatchObject([{ state: 'running', rows: 5, expectedRows: 9, bytes: 50, problem: null }])
  })

  test('what a process gives back or has left is begun at once by the next', async () => {
    const { exports, add } = await open()
    await add()
    await exports.giveBack(added(await exports.claim('here', 60_000)))
    const again = added(await exports.claim('here', 60_000))
    expect(again.attempts).toBe(1)

    await exports.giveBackAll('here')

    expect((await exports.claim('here', 60_000))?.attempts).toBe(2)
  })

  test('those that were made or failed go with their time', async () => {
    const { exports, one, add, at } = await open()
    for (let made = 0; made < 2; made++) await add()
    await exports.done(added(await exports.claim('here', 60_000)), { rows: 1, expectedRows: null, bytes: 10 }, 4_000)
    await exports.fail(added(await exports.claim('here', 60_000)), 'the disk is full', 5_000)
    expect(await exports.totalBytes('here')).toBe(10)

    at(5_000)
    await exports.expire()
    expect(await exports.list(one.id)).toMatchObject([{ state: 'failed', problem: 'the disk is full', endedAt: 1_000 }])
    at(6_000)
    await exports.expire()
    expect(await exports.list(one.id)).toEqual([])
    expect(await exports.ids('here')).toEqual(new Map())
  })

  test('a day has one file, which is asked for again when it could not be made', async () => {
    const { exports, add } = await open()
    const day = { period: 'day:2026-01-02', expiresAt: 9_000 }
    const first = added(await add(day))
    expect(await add(day)).toBeNull()

    await exports.fail(added(await exports.claim('here', 60_000)), 'the disk is full', 5_000)
    const again = added(await add(day))
    await exports.done(added(await exports.claim('here', 60_000)), NOTHING, 5_000)

    expect(again).toMatchObject({ id: first.id, state: 'queued', problem: null, expiresAt: 9_000 })
    expect(await add(day)).toBeNull()
  })

  test('a link works once, for its time, as long as its file and project are there', async () => {
    const { exports, registry, one, add, at } = await open()
    await add()
    const record = added(await exports.claim('here', 60_000))
    await exports.done(record, NOTHING, 8_000)
    const issue = () => exports.issueLink(record, 'person:1', 2_000)
    const [once, late, removed, retired] = [await issue(), await issue(), await issue(), await issue()]

    expect(await exports.useLink(once)).toMatchObject({ record: { id: record.id }, issuedBy: 'person:1' })
    expect(await exports.useLink(once)).toBeNull()
    expect(await exports.useLink(`${once.slice(0, -1)}-`)).toBeNull()
    at(2_000)
    expect(await exports.useLink(late)).toBeNull()
    at(1_000)
    await registry.retireProject(one.id)
    expect(await exports.useLink(retired)).toBeNull()
    expect(ids(await exports.removeAll(one.id))).toEqual([record.id])
    expect(await exports.useLink(removed)).toBeNull()
  })

  test('of two that use a link at once, one gets the file', async () => {
    const { exports, add } = await open()
    await add()
    const record = added(await exports.claim('here', 60_000))
    await exports.done(record, NOTHING, 8_000)
    const token = await exports.issueLink(record, 'person:1', 2_000)

    const used = await Promise.all([exports.useLink(token), exports.useLink(token)])

    expect(used.filter((each) => each !== null)).toHaveLength(1)
  })
})

