import process from 'node:process'
import type { LoadMaker } from './load-maker.ts'
import { joinParts, type MeasuredApp, type Slice, startMeasuredApp, type Totals } from './measured-app.ts'
import type { PinnedProcess } from './pinned-process.ts'
import type { Group, Variant } from './plan.ts'
import type { Sink } from './sink.ts'
import { createRandom, shuffled } from '../../scripts/random.ts'

/** How load is put on an app: as much as it takes, or as many requests a second as its rate says. */
export const MODES = ['saturated', 'fixed'] as const
export type Mode = (typeof MODES)[number]

export const FIXED_RATE_PER_S = 1_000
const WARM_UP_MS = 3_000
/**
 * A saturated slice is given in parts between those of the others: the machine's speed drifts within seconds. At the fixed
 * rate parts would be too short for packages that send by the second.
 */
const PARTS: Readonly<Record<Mode, number>> = { saturated: 8, fixed: 1 }
const SEED = 7

/** Each variant's slices in order of their rounds, so that those of one round can be paired. */
export interface GroupResult {
  readonly group: Group
  readonly slices: ReadonlyMap<Variant, Readonly<Record<Mode, readonly Slice[]>>>
  readonly totals: ReadonlyMap<Variant, Totals>
}

/**
 * A process has its own luck with its memory and its compiled code, up to 10 µs a request for its whole life: two starts of
 * the same bare app differ by it. So apps are started anew as often as can be waited for.
 */
const ROUNDS_OF_A_START = 2

/** Gives each of the group's apps its slices: in every round, every variant once a mode, in random order. */
export async function runGroup(group: Group, sliceMs: number, sink: PinnedProcess<Sink>, loadMaker: PinnedProcess<LoadMaker>): Promise<GroupResult> {
  const { framework, variants, rounds } = group
  const random = createRandom(SEED)
  const slices = new Map(variants.map((variant) => [variant, { saturated: [] as Slice[], fixed: [] as Slice[] }]))
  const totals = new Map<Variant, Totals>()
  for (let done = 0; done < rounds; done += ROUNDS_OF_A_START) {
    const apps: MeasuredApp[] = []
    try {
      for (const variant of shuffled(variants, random)) {
        const app = await startMeasuredApp(framework, variant, sink, loadMaker)
        apps.push(app)
        await app.measure({ durationMs: WARM_UP_MS, ratePerS: null })
      }
      for (let round = done + 1; round <= Math.min(rounds, done + ROUNDS_OF_A_START); round++) {
        process.stdout.write(`  ${framework}, ${variants.length} variants: round ${round} of ${rounds}\n`)
        for (const mode of MODES) {
          const ratePerS = mode === 'fixed' ? FIXED_RATE_PER_S : null
          const parts = new Map(apps.map((app) => [app, [] as Slice[]]))
          for (let part = 0; part < PARTS[mode]; part++) {
            for (const app of shuffled(apps, random)) parts.get(app)?.push(await app.measure({ durationMs: sliceMs / PARTS[mode], ratePerS }))
          }
          for (const [app, given] of parts) slices.get(app.variant)?.[mode].push(joinParts(given))
        }
      }
      for (const app of apps) totals.set(app.variant, addTotals(totals.get(app.variant), await app.totals()))
    } finally {
      await Promise.all(apps.map((app) => app.stop()))
    }
  }
  return { group, slices, totals }
}

/** Of all starts; what idleness cost is that of the start which idled most busily. */
function addTotals(before: Totals | undefined, { requests, failed, posts, sentBytes, idleUsPerS }: Totals): Totals {
  return {
    requests: requests + (before?.requests ?? 0),
    failed: failed + (before?.failed ?? 0),
    posts: posts + (before?.posts ?? 0),
    sentBytes: sentBytes + (before?.sentBytes ?? 0),
    idleUsPerS: Math.max(idleUsPerS, before?.idleUsPerS ?? 0),
  }
}
