import { expect, test } from 'vitest'
import { createTurns, mapInTurns } from './turns.ts'

test('pieces of work come in the order of asking, each in a round of the event loop of its own', async () => {
  const turns = createTurns()
  let round = 0
  let counting = true
  const count = () => {
    round++
    if (counting) setImmediate(count)
  }
  setImmediate(count)

  const rounds = await Promise.all(
    [1, 2, 3, 4].map(async (name) => {
      await turns.next()
      return { name, round }
    }),
  )
  counting = false

  expect(rounds.map(({ name }) => name)).toEqual([1, 2, 3, 4])
  expect(new Set(rounds.map((each) => each.round)).size).toBe(4)
})

test('who asks again waits behind those who came meanwhile', async () => {
  const turns = createTurns()
  const order: string[] = []

  const first = (async () => {
    await turns.next()
    order.push('first')
    await turns.next()
    order.push('first again')
  })()
  const second = turns.next().then(() => order.push('second'))
  await Promise.all([first, second])

  expect(order).toEqual(['first', 'second', 'first again'])
})

test('a list is mapped whole and in order, in turns when it takes long', async () => {
  let ms = 0
  let turns = 0
  const doubled = await mapInTurns(
    [1, 2, 3, 4, 5, 6, 7],
    (item) => {
      ms += 3
      return 2 * item
    },
    { next: async () => void turns++ },
    () => ms,
  )

  expect(doubled).toEqual([2, 4, 6, 8, 10, 12, 14])
  expect(turns).toBe(2)
})
