import { expect, test } from 'vitest'
import { shareProgress } from './share-progress.ts'

test('the progress of several parts is their mean, and never falls', () => {
  const told: number[] = []
  const begin = shareProgress((done) => told.push(done))
  const [first, second] = [begin(), begin()]
  first(0.5)
  second(1)
  const third = begin()
  third(0)
  first(1)
  third(1)
  expect(told).toEqual([0.25, 0.75, 0.75, 0.75, 1])
})
