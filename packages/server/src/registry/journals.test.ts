import { expect, test } from 'vitest'
import { onEachDatabase } from '../testing/on-each-database.ts'
import { ALL_STORED, createJournals } from './journals.ts'

onEachDatabase((create) => {
  test('each journal keeps the number that it drew, and no other has it', async () => {
    const database = await create()
    const [one, two] = [createJournals(await database.open()), createJournals(await database.open())]

    const [first, second] = await Promise.all([one.number('first'), two.number('second')])

    expect(first).not.toBe(second)
    expect([await two.number('first'), await one.number('second')]).toEqual([first, second])
  })

  test('answers are complete until the server that is furthest behind is, one that has stored all holds nothing back', async () => {
    const journals = createJournals(await (await create()).open())
    const hour = 3_600_000
    expect(await journals.completeUntil(null, hour)).toBeNull()
    for (const [owner, until] of [['one', 1_000], ['two', 2_000], ['done', ALL_STORED]] as const) {
      await journals.number(owner)
      await journals.tell(owner, until)
    }

    expect([await journals.completeUntil(null, hour), await journals.completeUntil('one', hour)]).toEqual([1_000, 2_000])
    // Nobody was heard of in no time at all.
    expect(await journals.completeUntil(null, -hour)).toBeNull()
  })

  test('a server that was not heard of is named, unless it had stored all', async () => {
    const journals = createJournals(await (await create()).open())
    for (const [owner, until] of [['one', 1_000], ['done', ALL_STORED]] as const) {
      await journals.number(owner)
      await journals.tell(owner, until)
    }

    expect(await journals.silent(3_600_000)).toEqual([])
    expect(await journals.silent(-1_000)).toEqual([{ owner: 'one', seenAt: expect.any(Number) }])
  })
})
