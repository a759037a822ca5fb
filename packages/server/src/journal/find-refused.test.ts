import { expect, test } from 'vitest'
import { findRefused } from './find-refused.ts'

const BATCHES = Array.from({ length: 300 }, (_, at) => Buffer.from(String(at)))

test.each([[[]], [[0]], [[299]], [[17, 18, 250]]])('finds exactly the bad ones, in few questions: %j', async (bad) => {
  const refused = bad.map((at) => BATCHES[at])
  let questions = 0
  const found = await findRefused(BATCHES, async (batches) => {
    questions++
    return !refused.some((batch) => batch !== undefined && batches.includes(batch))
  })
  expect(found).toEqual(refused)
  expect(questions).toBeLessThanOrEqual(1 + refused.length * 2 * 9)
})

test('batches that are only refused together are not named', async () => {
  expect(await findRefused(BATCHES, async (batches) => batches.length < 200)).toEqual([])
})
