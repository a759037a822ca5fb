import { env } from 'node:process'
import * as fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { encodeBatch, type ParsedBatch } from '@wayside/protocol'
import { createFailingFs } from '../../testing/src/failing-fs.ts'
import type { SendResult } from '../src/send-result.ts'
import { createSpool } from '../src/spool/create-spool.ts'
import { GONE } from '../src/spool/processes.ts'
import { ACKED, freeze, startLane } from './lane.ts'
import { createReferenceServer } from './reference-server.ts'

// Queue, retry, delivery, spool and books together, on a simulated disk, against a server that is a few sets.

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'clearImmediate', 'performance', 'Date'] }))
afterEach(() => void vi.useRealTimers())

/** Histories; the full run (`npm run full`) sets more. */
const RUNS = Number(env['WAYSIDE_RUNS'] ?? 60)

/** What the way to the server does. `forgets`: the server takes a batch, and the answer is lost. */
const WAYS = ['works', 'forgets', 'fails', 'hangs', 'asksForPatience', 'takesFew', 'refusesSome'] as const
type Way = (typeof WAYS)[number]
/** How a process ends. */
const ENDS = ['kill', 'exit', 'close'] as const

const STEP = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('capture' as const), events: fc.integer({ min: 1, max: 40 }), failed: fc.boolean() }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(1, 90, 1_000, 7_000, 40_000) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('way' as const), way: fc.constantFrom(...WAYS) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('flush' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('disk' as const), full: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('end' as const), how: fc.constantFrom(...ENDS) }) },
)
type Step = typeof STEP extends fc.Arbitrary<infer One> ? One : never

const SETUP = fc.record({
  spool: fc.constantFrom('off' as const, 'overflow' as const, 'always' as const),
  /** Small enough for some histories to shed. */
  maxQueueEvents: fc.constantFrom(30, 1_000),
  maxQueueBytes: fc.constantFrom(65_536, 16_777_216),
  seed: fc.nat(),
})
type Setup = typeof SETUP extends fc.Arbitrary<infer One> ? One : never

test('whatever happens in whichever order, each event is stored once or told as lost, and the books say so', { timeout: RUNS * 2_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(SETUP, fc.array(STEP, { maxLength: 60, size: 'max' }), async (setup, steps) => {
      const play = createPlay(setup)
      await play.open()
      for (const step of steps) await play.take(step)
      await play.heal()
    }),
    { numRuns: RUNS },
  )
})

function isRefused(seq: number): boolean {
  return seq % 17 === 3
}

const FOLDER = '/state/wayside/spool'
const MIB = 1_048_576
const FREEZE_MS = 3
/** With `always`, what a kill may cost. */
const KILL_LOSS_MS = 100

function createPlay({ spool, maxQueueEvents, maxQueueBytes, seed }: Setup) {
  const server = createReferenceServer()
  const disk = createFailingFs()
  const alive = new Set<number>()
  let way: Way = 'works'
  let diskIsFull = false
  /** Since the process began, the disk was full once: what was not written is in memory. */
  let troubled = false
  let starts = 0
  /** What the server has found wrong. A lane takes what its transport throws for a failure of the network. */
  let wrong: unknown = null
  let process = start()

  function answer(batch: ParsedBatch): SendResult | Promise<SendResult> {
    try {
      return send(batch)
    } catch (error) {
      wrong ??= error
      throw error
    }
  }

  function send(batch: ParsedBatch): SendResult | Promise<SendResult> {
    switch (way) {
      case 'works':
        server.take(batch)
        return ACKED
      case 'forgets':
        server.take(batch)
        return { kind: 'retry', afterMs: 0, reason: 'reset' }
      case 'fails':
        return { kind: 'retry', afterMs: 0, reason: 'refused' }
      case 'hangs':
        return new Promise((resolve) => setTimeout(resolve, 10_000, { kind: 'retry', afterMs: 0, reason: 'timeout' }))
      case 'asksForPatience':
        return { kind: 'retry', afterMs: 3_000, reason: 'status 503' }
      case 'takesFew':
        if (batch.events.length > 5) return { kind: 'too_large' }
        server.take(batch)
        return ACKED
      case 'refusesSome':
        if (batch.events.some(({ seq }) => isRefused(seq))) return { kind: 'refused_batch', reason: 'status 422' }
        server.take(batch)
        return ACKED
      default:
        return way satisfies never
    }
  }

  function start() {
    const pid = 1_000 + ++starts
    const producerId = starts.toString(16).padStart(32, '0')
    alive.add(pid)
    const files = disk.startProcess({ fault: ({ name }) => (diskIsFull && ['write', 'writeSync'].includes(name) ? 'ENOSPC' : null) })
    let ids = 0
    const host = {
      files,
      processes: { pid, space: async () => 'machine', startOf: async (of: number) => (alive.has(of) ? `start of ${of}` : GONE) },
      uid: 0,
      now: Date.now,
      monotonicMs: () => performance.now(),
      randomId: () => (pid * 1_000 + ids++).toString(16).padStart(32, '0'),
    }
    troubled = diskIsFull
    let random = seed
    const made = startLane({
      producerId,
      maxQueueEvents,
      maxQueueBytes,
      batchEvents: 20,
      // As compression in another thread takes: a process may end meanwhile.
      freeze: (batch) => new Promise((resolve) => setTimeout(resolve, FREEZE_MS, freeze(encodeBatch(batch)))),
      random: () => (random = (random * 48_271 + 11) % 2_147_483_647) / 2_147_483_647,
      send: answer,
      spool:
        spool === 'off'
          ? null
          : { always: spool === 'always', open: (hooks) => createSpool({ folder: FOLDER, group: 'a1b2c3d4e5f60718', producerId, maxBytes: 64 * MIB, fsync: false, ...hooks }, host) },
    })
    /** When each event was captured. */
    const capturedAtMs: number[] = []
    return { ...made, pid, producerId, files, capturedAtMs }
  }

  function expectBalance(): void {
    if (wrong !== null) throw wrong
    const { delivered, pending, dropped } = process.lane.stats()
    const lost = Object.values(dropped).reduce((sum, events) => sum + events, 0)
    expect({ pending, sum: delivered + pending + lost }).toEqual({ pending: Math.max(0, pending), sum: process.capturedAtMs.length })
  }

  async function end(how: (typeof ENDS)[number]): Promise<void> {
    const { lane, producerId, capturedAtMs, files, pid } = process
    const mayLose = whatMayBeLost(how)
    if (how === 'exit') lane.exit()
    if (how === 'close') await Promise.all([lane.end(2_000), vi.advanceTimersByTimeAsync(3_000)])
    files.stop()
    alive.delete(pid)
    const ended = { producerId, captured: capturedAtMs.length, mayLose }
    vi.clearAllTimers()
    process = start()
    endings.push(ended)
    await open()
  }

  /** A process that exits while its spool is still being opened finds nowhere to write. */
  async function open(): Promise<void> {
    await vi.advanceTimersByTimeAsync(1)
  }

  const endings: { readonly producerId: string; readonly captured: number; readonly mayLose: number }[] = []

  /** Events whose loss the server may never hear of: the promise table, and drops that were not told yet. */
  function whatMayBeLost(how: (typeof ENDS)[number]): number {
    const { capturedAtMs, lane } = process
    const { pending, spooled, dropped } = lane.stats()
    const untold = Object.values(dropped).reduce((sum, events) => sum + events, 0)
    if (spool === 'off' || troubled) return untold + pending
    if (how !== 'kill') return untold
    return untold + (spool === 'always' ? capturedAtMs.filter((atMs) => performance.now() - atMs < KILL_LOSS_MS).length : pending - spooled)
  }

  return {
    open,
    async take(step: Step): Promise<void> {
      switch (step.do) {
        case 'capture':
          for (let at = 0; at < step.events; at++) process.capturedAtMs.push(performance.now())
          process.capture(step.events, { status: step.failed ? 500 : 200 })
          break
        case 'pass':
          await vi.advanceTimersByTimeAsync(step.ms)
          break
        case 'way':
          way = step.way
          break
        case 'flush':
          void process.lane.flush(1_000)
          break
        case 'disk':
          diskIsFull = step.full
          troubled ||= diskIsFull
          break
        case 'end':
          await end(step.how)
          break
        default:
          step satisfies never
      }
      // Whatever follows comes in another turn of the event loop.
      for (let microtask = 0; microtask < 200; microtask++) await Promise.resolve()
      expectBalance()
    },
    /** Everything works again; after a while nothing is left over anywhere. */
    async heal(): Promise<void> {
      way = 'works'
      diskIsFull = false
      await vi.advanceTimersByTimeAsync(200_000)
      expectBalance()
      expect(process.lane.stats().pending, 'all settles').toBe(0)
      expect(server.unknown(process.producerId, process.capturedAtMs.length), 'all is told').toEqual([])
      for (const { producerId, captured, mayLose } of endings) {
        // Nobody tells the books of a process that is gone what the server has refused of it.
        const lost = server.unknown(producerId, captured).filter((seq) => !isRefused(seq))
        expect(lost.length, `lost by ${producerId}: ${lost}`).toBeLessThanOrEqual(mayLose)
      }
      process.files.stop()
      vi.clearAllTimers()
    },
  }
}
