import { array, asyncProperty, assert, nat, tuple } from 'fast-check'
import { countSeqs } from '@wayside/protocol'
import { expect, test } from 'vitest'
import { addRange, union, type IntervalSet } from '../ledger/interval-set.ts'
import { onEachDatabase, type TestDatabase } from '../testing/on-each-database.ts'
import { createClaims, type Claims } from './claims.ts'
import { createRegistry } from './create-registry.ts'

const PRODUCER = 'a'.repeat(32)

/** As many processes have it, each on a connection of its own, with one project. */
async function openClaims(database: TestDatabase, count: number) {
  const connections = await Promise.all(Array.from({ length: count }, () => database.open()))
  const [first] = connections
  if (first === undefined) throw new Error('at least one')
  const { id: projectId } = await createRegistry(first, Buffer.alloc(32)).createProject({ name: 'shop' })
  const rows = async (producerId: string): Promise<IntervalSet> => {
    const kept = await first.query('SELECT first_seq, last_seq FROM claims WHERE producer_id = $1 ORDER BY first_seq', [producerId])
    return kept.map((row) => ({ from: Number(row['first_seq']), to: Number(row['last_seq']) }))
  }
  return { all: connections.map(createClaims) as [Claims, ...Claims[]], key: { projectId, producerId: PRODUCER }, rows, first }
}

const at = (offset: number) => ({ segment: 1, offset })

onEachDatabase((create) => {
  test('what another has claimed is no longer free, in part or whole', async () => {
    const { all: [claims], key } = await openClaims(await create(), 1)

    const answers = [
      await claims.claim('one', { ...key, position: at(0), ranges: [{ from: 5, to: 9 }] }),
      await claims.claim('two', { ...key, position: at(0), ranges: [{ from: 0, to: 20 }] }),
      await claims.claim('three', { ...key, position: at(0), ranges: [{ from: 4, to: 12 }] }),
      await claims.claim('three', { ...key, producerId: 'b'.repeat(32), position: at(9), ranges: [{ from: 4, to: 12 }] }),
    ]

    expect(answers).toEqual([[{ from: 5, to: 9 }], [{ from: 0, to: 4 }, { from: 10, to: 20 }], [], [{ from: 4, to: 12 }]])
  })

  test('the same batch claimed again has the same seqs until it is confirmed, and then none', async () => {
    const { all: [claims], key } = await openClaims(await create(), 1)
    const batch = { ...key, position: at(7), ranges: [{ from: 0, to: 3 }, { from: 8, to: 9 }] }
    await claims.claim('other', { ...batch, position: at(1), ranges: [{ from: 2, to: 2 }] })

    const [first, again, open] = [await claims.claim('one', batch), await claims.claim('one', batch), await claims.open('one')]
    await claims.confirm('one', batch)

    expect(first).toEqual([{ from: 0, to: 1 }, { from: 3, to: 3 }, { from: 8, to: 9 }])
    expect(again).toEqual(first)
    expect(open).toEqual([{ ...batch, ranges: first }])
    expect([await claims.open('one'), await claims.claim('one', batch)]).toEqual([[], []])
  })

  test('confirmed claims that touch become one row, and open ones stay apart', async () => {
    const { all: [claims], key, rows } = await openClaims(await create(), 1)
    for (const [owner, from] of [['one', 0], ['two', 10], ['one', 20], ['two', 30]] as const)
      await claims.claim(owner, { ...key, position: at(from), ranges: [{ from, to: from + 9 }] })

    for (const [owner, from] of [['one', 20], ['one', 0], ['two', 10]] as const) await claims.confirm(owner, { ...key, position: at(from) })

    expect(await rows(PRODUCER)).toEqual([{ from: 0, to: 29 }, { from: 30, to: 39 }])
    expect((await claims.open('two')).map(({ position }) => position)).toEqual([at(30)])
  })

  test('producers that nobody claims for are forgotten, but not with open claims, and go with their project', async () => {
    const { all: [claims], key, first } = await openClaims(await create(), 1)
    const other = { ...key, producerId: 'b'.repeat(32) }
    for (const each of [key, other]) await claims.claim('one', { ...each, position: at(0), ranges: [{ from: 0, to: 9 }] })
    await claims.confirm('one', { ...key, position: at(0) })

    expect([await claims.forget(3_600_000), await claims.forget(-1_000), (await claims.open('one')).length]).toEqual([0, 1, 1])
    await first.query('DELETE FROM projects')
    expect(await claims.open('one')).toEqual([])
  })

  test('of seqs that many processes claim together each is claimed by exactly one', async () => {
    const database = await create()
    const { all, key, rows } = await openClaims(database, 4)
    const range = tuple(nat(120), nat(30)).map(([from, length]) => ({ from, to: from + length }))
    const set = array(range, { minLength: 1, maxLength: 4 }).map((each) => each.reduce(addRange, [] as IntervalSet))
    let run = 0

    await assert(
      asyncProperty(array(tuple(nat(3), set, nat(1)), { minLength: 2, maxLength: 12 }), async (batches) => {
        const producer = { ...key, producerId: String(run++).padStart(32, '0') }
        const granted = await Promise.all(
          batches.map(async ([process, ranges, isConfirmed], offset) => {
            const mine = await all[process]?.claim(`process ${process}`, { ...producer, position: at(offset), ranges })
            if (isConfirmed === 1) await all[process]?.confirm(`process ${process}`, { ...producer, position: at(offset) })
            return mine ?? []
          }),
        )
        const wanted = union(...batches.map(([, ranges]) => ranges))
        // All of them, and none twice.
        expect(union(...granted)).toEqual(wanted)
        expect(granted.reduce((sum, ranges) => sum + countSeqs(ranges), 0)).toBe(countSeqs(wanted))
        const kept = await rows(producer.producerId)
        expect([kept.reduce(addRange, [] as IntervalSet), countSeqs(kept)]).toEqual([wanted, countSeqs(wanted)])
      }),
      { numRuns: 40 },
    )
  })
})
