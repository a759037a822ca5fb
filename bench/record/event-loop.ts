import process from 'node:process'
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises'
import { freezeBatch } from '../../packages/core/src/lane/frozen-batch.ts'
import { events, take } from '../fixture.ts'
import { HEAD } from './stages.ts'
import { startStopwatch } from './stopwatch.ts'

export interface EventLoopResult {
  readonly requestsPerSecond: number
  readonly seconds: number
  readonly slices: number
  /** Left out, because another process took the processor meanwhile. */
  readonly disturbed: number
  readonly medianMs: number
  readonly p99Ms: number
  readonly maxMs: number
}

const REQUESTS_PER_SECOND = 5_000
const BATCH = 500
const SECONDS = 20

/** How long encoding holds the event loop at once: every stretch from when it gets the loop to when it gives it back. */
export async function measureEventLoop(): Promise<EventLoopResult> {
  const sliceMs: number[] = []
  let disturbed = 0
  /** Marks the start of a stretch; its end is when the promises that follow from it have nothing left to do. */
  const slice = () => {
    const stop = startStopwatch()
    process.nextTick(() => {
      const ms = stop()
      if (ms === null) disturbed++
      else sliceMs.push(ms)
    })
  }
  const pace = {
    monotonicMs: () => performance.now(),
    giveWay: async () => {
      await nextTurn()
      slice()
    },
  }
  const source = events({ requestsPerSecond: REQUESTS_PER_SECOND })
  const batches = (REQUESTS_PER_SECOND / BATCH) * SECONDS
  for (let sent = 0; sent < batches; sent++) {
    const batch = take(source, BATCH)
    await wait((BATCH / REQUESTS_PER_SECOND) * 1_000)
    slice()
    await freezeBatch({ head: HEAD, events: batch, stacks: [], droppedSeqs: [], shed: [] }, pace)
  }
  const sorted = sliceMs.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN
  return { requestsPerSecond: REQUESTS_PER_SECOND, seconds: SECONDS, slices: sorted.length, disturbed, medianMs: at(0.5), p99Ms: at(0.99), maxMs: at(1) }
}
