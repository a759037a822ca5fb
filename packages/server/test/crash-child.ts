import process from 'node:process'
import type { FailpointName } from '../src/failpoints.ts'
import { openIntake } from '../src/receive/open-intake.ts'
import { openStore } from '../src/store/open-store.ts'
import { sampleDelivery, sampleEvent } from '../src/testing/sample.ts'

/** What the parent asks for, as JSON in the first argument. */
export interface CrashOrder {
  readonly dataDir: string
  /** The number of the first batch of each producer: some that were acknowledged before are sent again. */
  readonly firstBatch: Readonly<Record<string, number>>
  /** Where to end the process, and how often to pass there before. */
  readonly failpoint: { readonly name: FailpointName; readonly passes: number; readonly delayMs: number } | null
}

/** What the parent is told. */
export type CrashReport =
  | { readonly kind: 'ready' }
  | { readonly kind: 'warning'; readonly message: string }
  | { readonly kind: 'acknowledged'; readonly producer: string; readonly batch: number }

export const EVENTS_PER_BATCH = 20

/** Projects and their producers; the last project is pruned again and again. */
export const PRODUCERS: readonly (readonly [projectId: number, producer: string])[] = [
  [1, 'a'],
  [1, 'b'],
  [2, 'c'],
]
const PRUNED_PROJECT = 2
/** Events come from the last days, so that each move writes several files. */
const DAYS = 3

// Sends batches as clients do that got no answer, loads and prunes all the time, and tells its parent what was
// acknowledged. It never stops by itself: the parent kills it, or it kills itself at a failpoint.
if (process.argv[1] === import.meta.filename) await run(JSON.parse(process.argv[2] ?? '') as CrashOrder)

async function run({ dataDir, firstBatch, failpoint: order }: CrashOrder): Promise<void> {
  const tell = (report: CrashReport) => void process.send?.(report)
  const warn = (message: string) => tell({ kind: 'warning', message })
  let passes = 0
  const failpoint = (name: FailpointName) => {
    if (order === null || name !== order.name || passes++ < order.passes) return
    // The engine works in threads of its own: it goes on while this one waits.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, order.delayMs)
    process.kill(process.pid, 'SIGKILL')
  }
  // Each look at the clock is half a minute later, so that checkpoints, which come by the minute, are many.
  let time = Date.now()
  const now = () => (time += 30_000)

  const store = await openStore({ engine: 'duckdb', dataDir, snapshotBytes: 25_000, now, warn, failpoint })
  const { receiver, loader } = await openIntake({ dataDir, store, warn, failpoint })
  tell({ kind: 'ready' })

  async function sendAll(projectId: number, producer: string): Promise<void> {
    for (let batch = firstBatch[producer] ?? 0; ; batch++) {
      const events = Array.from({ length: EVENTS_PER_BATCH }, (_, at) => {
        const seq = batch * EVENTS_PER_BATCH + at + 1
        return sampleEvent({ seq, path: `/${producer}/${seq}`, time: Date.now() - (seq % DAYS) * 86_400_000 })
      })
      const delivery = { project: { id: projectId, privacyFloor: 0 as const }, producerId: producer.repeat(32), events, sentAt: null, receivedAt: now() }
      await receiver.receive(sampleDelivery(delivery))
      tell({ kind: 'acknowledged', producer, batch })
      // Loading all the time, so that the end comes in the middle of transactions too.
      if (batch % 5 === 0) void loader.drain().catch((error: unknown) => warn(`drain: ${String(error)}`))
      if (projectId === PRUNED_PROJECT && batch % 60 === 59) await store.prune({ projectId })
    }
  }

  await Promise.all(PRODUCERS.map(([projectId, producer]) => sendAll(projectId, producer)))
}
