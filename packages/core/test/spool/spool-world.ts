import { afterEach, beforeEach, vi } from 'vitest'
import { createFailingFs, type FailingFs, type FaultPlan, type ProcessFs } from '../../../testing/src/failing-fs.ts'
import { createSpool } from '../../src/spool/create-spool.ts'
import { GONE } from '../../src/spool/processes.ts'
import type { Spool, SpoolBatch, SpoolLoss, SpoolOptions, SpoolProblem } from '../../src/spool/spool.ts'

/** Processes with spools on one simulated disk and one clock. A new world ends the one before it. */
export interface SpoolWorld {
  readonly disk: FailingFs
  start(setup?: ProcessSetup): SpoolProcess
  /** Starts a process without a spool. */
  run(pid: number): void
  /** Lets so much time pass for everybody, timers included. Clocks move before timers do, by a step at once. */
  pass(ms: number, stepMs?: number): Promise<void>
  /** Wall clocks jump; no time passes. */
  setClock(byMs: number): void
}

export interface ProcessSetup {
  readonly options?: Partial<SpoolOptions>
  readonly fault?: FaultPlan
  readonly pid?: number
  /** The machine, boot and container. */
  readonly space?: string
  readonly uid?: number
}

export interface SpoolProcess {
  readonly spool: Spool
  readonly producerId: string
  readonly fs: ProcessFs
  readonly losses: SpoolLoss[]
  readonly problems: { readonly kind: SpoolProblem; readonly message: string }[]
  /** How often it was told that there is something of others. */
  adoptions: number
  /** Ends at once, like with SIGKILL. */
  kill(): void
}

export const FOLDER = '/state/wayside/spool'
export const GROUP = 'a1b2c3d4e5f60718'
export const MIB = 1_048_576
export const HOUR_MS = 3_600_000
const STEP_MS = 10_000

export function createWorld(): SpoolWorld {
  vi.clearAllTimers()
  const alive = new Map<number, string>()
  let starts = 0
  let wallMs = Date.UTC(2026, 10, 22)
  let monotonicMs = 5_000
  const disk = createFailingFs(() => wallMs)

  const run = (pid: number) => void alive.set(pid, alive.get(pid) ?? `tick ${starts++}`)

  return {
    disk,
    run,
    start({ options = {}, fault, pid = 1_000 + starts, space = 'machine', uid = 0 }: ProcessSetup = {}) {
      const producerId = hexId(++starts)
      const fs = disk.startProcess({ uid, ...(fault === undefined ? {} : { fault }) })
      run(pid)
      const losses: SpoolLoss[] = []
      const problems: SpoolProcess['problems'] = []
      let ids = 0
      const spool = createSpool(
        {
          folder: FOLDER,
          group: GROUP,
          producerId,
          maxBytes: 64 * MIB,
          fsync: false,
          onDropped: (loss) => void losses.push(loss),
          onAdopted: () => void made.adoptions++,
          onProblem: (kind, message) => void problems.push({ kind, message }),
          ...options,
        },
        {
          files: fs,
          processes: { pid, space: async () => space, startOf: async (of) => alive.get(of) ?? GONE },
          uid,
          now: () => wallMs,
          monotonicMs: () => monotonicMs,
          randomId: () => hexId(starts * 1_000 + ids++),
        },
      )
      const kill = () => {
        fs.stop()
        alive.delete(pid)
      }
      const made: SpoolProcess = { spool, producerId, fs, losses, problems, adoptions: 0, kill }
      return made
    },
    async pass(ms, stepMs = STEP_MS) {
      for (let left = ms; left > 0; left -= stepMs) {
        const step = Math.min(left, stepMs)
        wallMs += step
        monotonicMs += step
        await vi.advanceTimersByTimeAsync(step)
      }
    },
    setClock(byMs) {
      wallMs += byMs
    },
  }
}

/** To be called once in a test file: timers run by `pass` alone, and those of killed processes end with the test. */
export function useSimulatedTime(): void {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] }))
  afterEach(() => void vi.useRealTimers())
}

function hexId(number: number): string {
  return number.toString(16).padStart(32, '0')
}

/** A batch of consecutive seqs, whose body follows from the first of them. */
export function batchOf(producerId: string, firstSeq: number, events = 1, bodyBytes = 100): SpoolBatch {
  return {
    producerId,
    firstSeq,
    events,
    ranges: [{ from: firstSeq, to: firstSeq + events - 1 }],
    pushedAt: 1_763_000_000_000 + firstSeq,
    gzipped: firstSeq % 2 === 0,
    attempted: false,
    body: Buffer.alloc(bodyBytes, `${producerId}:${firstSeq};`),
  }
}

/** Takes and settles everything; the first seqs, in the order in which they came. */
export async function drain(spool: Spool): Promise<number[]> {
  const seqs: number[] = []
  for (let taken = await spool.take(); taken !== null; taken = await spool.take()) {
    seqs.push(taken.batch.firstSeq)
    await spool.settle(taken.place)
  }
  return seqs
}
