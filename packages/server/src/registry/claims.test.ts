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

onEachDatabase((create) => {
  test('what another has claimed is no longer free, in part or whole', async () => {
    const { all: [claims], key } = await openClaims(await create(), 1)

    const answers = [
      await claims.claim('one', 1, [{ ...key, ranges: [{ from: 5, to: 9 }] }]),
      await claims.claim('two', 1, [{ ...key, ranges: [{ from: 0, to: 20 }] }]),
      await claims.claim('three', 1, [{ ...key, ranges: [{ from: 4, to: 12 }] }, { ...key, producerId: 'b'.repeat(32), ranges: [{ from: 4, to: 12 }] }]),
    ]

    expect(answers).toEqual([[[{ from: 5, to: 9 }]], [[{ from: 0, to: 4 }, { from: 10, to: 20 }]], [[], [{ from: 4, to: 12 }]]])
  })

  test('a segment claimed again has the same seqs until it is confirmed, and then none', async () => {
    const { all: [claims], key } = await openClaims(await create(), 1)
    const wanted = [{ ...key, producerId: 'b'.repeat(32), ranges: [{ from: 0, to: 9 }] }, { ...key, ranges: [{ from: 0, to: 3 }, { from: 8, to: 9 }] }]
    await claims.claim('other', 7, [{ ...key, ranges: [{ from: 2, to: 2 }] }])

    const [first, again] = [await claims.claim('one', 7, wanted), await claims.claim('one', 7, wanted)]
    await claims.confirm('one', 7)

    expect(first).toEqual([[{ from: 0, to: 9 }], [{ from: 0, to: 1 }, { from: 3, to: 3 }, { from: 8, to: 9 }]])
    expect(again).toEqual(first)
    expect(await claims.claim('one', 7, wanted)).toEqual([[], []])
  })

  test('confirmed claims that touch become one row, and those of later segments and of others stay apart', async () => {
    const { all: [claims], key, rows } = await openClaims(await create(), 1)
    for (const [owner, from] of [['one', 0], ['two', 10], ['one', 20], ['two', 30], ['one', 40]] as const)
      await claims.claim(owner, from, [{ ...key, ranges: [{ from, to: from + 9 }] }])

    await claims.confirm('one', 20)
    await claims.confirm('two', 10)

    expect(await rows(PRODUCER)).toEqual([{ from: 0, to: 29 }, { from: 30, to: 39 }, { from: 40, to: 49 }])
    expect(await claims.claim('two', 30, [{ ...key, ranges: [{ from: 30, to: 39 }] }])).toEqual([[{ from: 30, to: 39 }]])
  })

  test('of a project that is gone or retired nothing is given, and the others of the segment get theirs', async () => {
    const { all: [claims], key, first } = await openClaims(await create(), 1)
    const ranges = [{ from: 0, to: 9 }]

    expect(await claims.claim('one', 1, [{ ...key, projectId: 99, ranges }, { ...key, ranges }])).toEqual([[], ranges])
    await first.query('UPDATE projects SET retired_at = 1')
    expect(await claims.claim('one', 2, [{ ...key, ranges: [{ from: 20, to: 29 }] }])).toEqual([[]])
    await claims.confirm('one', 2)
  })

  test('producers that nobody claims for are forgotten, but not with open claims, and go with their project', async () => {
    const { all: [claims], key, first, rows } = await openClaims(await create(), 1)
    const other = 'b'.repeat(32)
    const ranges = [{ from: 0, to: 9 }]
    await claims.claim('one', 1, [{ ...key, ranges }])
    await claims.confirm('one', 1)
    await claims.claim('one', 2, [{ ...key, producerId: other, ranges }])

    expect([await claims.forget(3_600_000), await claims.forget(-1_000)]).toEqual([0, 1])
    expect([await rows(PRODUCER), await rows(other)]).toEqual([[], ranges])
    await first.query('DELETE FROM projects')
    expect(await rows(other)).toEqual([])
  })

  test('of seqs that many processes claim together each is claimed by exactly one', async () => {
    const database = await create()
    const { all, key, rows } = await openClaims(database, 4)
    const range = tuple(nat(120), nat(30)).map(([from, length]) => ({ from, to: from + length }))
    const set = array(range, { minLength: 1, maxLength: 4 }).map((each) => each.reduce(addRange, [] as IntervalSet))
    let run = 0

    await assert(
      asyncProperty(array(tuple(nat(3), set, set, nat(1)), { minLength: 2, maxLength: 12 }), async (segments) => {
        const producers = [0, 1].map((at) => ({ ...key, producerId: `${String(run).padStart(31, '0')}${at}` }))
        run++
        const granted = await Promise.all(
          segments.map(async ([process, first, second, isConfirmed], at) => {
            // Some name the producers the other way round.
            const wanted = [first, second].flatMap((ranges, which) => (producers[which] === undefined ? [] : [{ ...producers[which], ranges }]))
            const mine = (await all[process]?.claim(`process ${process}`, run * 100 + at, at % 2 === 0 ? wanted : wanted.toReversed())) ?? []
            if (isConfirmed === 1) await all[process]?.confirm(`process ${process}`, run * 100 + at)
            return at % 2 === 0 ? mine : mine.toReversed()
          }),
        )
        for (const [which, { producerId }] of producers.entries()) {
          const wanted = union(...segments.map((each) => (which === 0 ? each[1] : each[2])))
          const mine = granted.map((each) => each[which] ?? [])
          // All of them, and none twice.
          expect(union(...mine)).toEqual(wanted)
          expect(mine.reduce((sum, ranges) => sum + countSeqs(ranges), 0)).toBe(countSeqs(wanted))
          const kept = await rows(producerId)
          expect([kept.reduce(addRange, [] as IntervalSet), countSeqs(kept)]).toEqual([wanted, countSeqs(wanted)])
        }
      }),
      { numRuns: 40 },
    )
  })
})
