import { expect, test } from 'vitest'
import { runChaos } from './run-chaos.ts'

// `npm run chaos -- --seed N --minutes M` runs longer, with other seeds.
const SEED = 11
const DURATION_MS = 8_000

test('some seconds of random faults leave nothing lost, nothing twice, and no host that noticed', { timeout: 120_000 }, async () => {
  const { violations, books } = await runChaos({ seed: SEED, durationMs: DURATION_MS, log: () => undefined })
  expect(violations).toEqual([])
  // A busy machine captures less, but not nothing.
  expect(books.reduce((sum, { stored }) => sum + stored, 0)).toBeGreaterThan(0)
})
