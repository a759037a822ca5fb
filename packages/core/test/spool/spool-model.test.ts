import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createReference } from './spool-reference.ts'
import { settleDown } from './spool-history.ts'
import { batchOf, createWorld, useSimulatedTime, type SpoolProcess, type SpoolWorld } from './spool-world.ts'

useSimulatedTime()

const STEPS = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.record({ do: fc.constant('append' as const), bytes: fc.constantFrom(50, 900, 6_000) }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('settle' as const, 'release' as const), which: fc.nat() }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('take' as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('exit' as const), count: fc.integer({ min: 1, max: 4 }) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('crash' as const, 'reopen' as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('fill' as const, 'heal' as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('pass' as const), seconds: fc.constantFrom(1, 31, 100) }) },
  ),
  { maxLength: 80, size: 'max' },
)
type Step = (typeof STEPS extends fc.Arbitrary<(infer One)[]> ? One : never) & object

test('rows 35 and 39: whatever happens in whichever order, each batch is where the reference says', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(STEPS, async (steps) => {
      const play = createPlay(createWorld())
      for (const step of steps) await play.take(step)
      await play.end()
    }),
    { numRuns: 500 },
  )
})

function createPlay(world: SpoolWorld) {
  const reference = createReference()
  let full = false
  let troubled = false
  let nextSeq = 0
  let process = start()

  function start(): SpoolProcess {
    const isFull = ({ name }: { name: string }) => {
      if (!full || !['write', 'writeSync'].includes(name)) return null
      troubled = true
      return 'ENOSPC'
    }
    return world.start({ options: { maxBytes: 65_536 }, fault: isFull })
  }

  function newBatch(bytes: number) {
    return batchOf(process.producerId, nextSeq++, 1, bytes)
  }

  /** What the process told as lost since the last time. */
  function account(): void {
    for (const { producerId, ranges } of process.losses.splice(0)) for (const { from } of ranges) reference.lose(`${producerId}:${from}`)
  }

  async function stopAndStart(stop: () => unknown): Promise<void> {
    account()
    reference.restart(process.spool.release)
    await stop()
    await world.pass(1_000)
    process = start()
    await settleDown()
  }

  return {
    async take(step: Step): Promise<void> {
      switch (step.do) {
        case 'append': {
          const batch = newBatch(step.bytes)
          const place = await process.spool.append(batch)
          if (place === null) expect(troubled, 'refused for a reason').toBe(true)
          reference.append(batch, place)
          break
        }
        case 'settle': {
          const held = reference.held(step.which)
          if (held === null) break
          await process.spool.settle(held.place)
          reference.settle(held.key, troubled)
          break
        }
        case 'release': {
          const held = reference.held(step.which)
          if (held !== null) reference.release(held.key, process.spool.release(held.place))
          break
        }
        case 'take': {
          const taken = await process.spool.take()
          account()
          reference.take(taken, troubled)
          break
        }
        case 'exit': {
          const batches = Array.from({ length: step.count }, () => newBatch(300))
          const written = process.spool.appendSync(batches, 1_000)
          for (const batch of batches.slice(0, written)) reference.leave(batch)
          await stopAndStart(process.kill)
          break
        }
        case 'crash':
          await stopAndStart(process.kill)
          break
        case 'reopen':
          await stopAndStart(() => process.spool.close().then(process.kill))
          break
        case 'fill':
          full = true
          break
        case 'heal':
          full = false
          break
        case 'pass':
          await world.pass(step.seconds * 1_000)
          if (!full && step.seconds >= 100) troubled = false
          break
        default:
          step satisfies never
      }
      account()
      expect(process.fs.openFiles).toBeLessThanOrEqual(1)
    },
    async end(): Promise<void> {
      full = false
      await world.pass(100_000)
      troubled = false
      await stopAndStart(process.kill)
      for (let taken = await process.spool.take(); taken !== null; taken = await process.spool.take()) {
        account()
        reference.take(taken, true)
        reference.settle(`${taken.batch.producerId}:${taken.batch.firstSeq}`, false)
        await process.spool.settle(taken.place)
      }
      account()
      reference.expectEmpty()
    },
  }
}
