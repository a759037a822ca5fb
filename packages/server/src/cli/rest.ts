import { performance, type EventLoopUtilization } from 'node:perf_hooks'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

export interface RestEffects {
  /** Share of the time since it was asked last that the event loop was busy, 0 to 1. */
  readonly busyShare?: () => number
  /** Gives memory that nobody uses back to the system; blocks for a tenth of a second or so. */
  readonly collect?: () => void
  readonly everyMs?: number
}

/** Below, nobody asks and nothing arrives: what the server does by itself takes less. */
const QUIET = 0.05
const EVERY_MS = 15_000
/** The first collection empties the space of new objects, the next one gives it back. */
const COLLECTIONS = 2

/**
 * Gives memory back once the server has been quiet for a while: JavaScript's heap keeps the room that a burst of questions
 * or events took for as long as nothing is asked of it. Does so once after each burst.
 * @returns what ends it
 */
export function startRest({ busyShare = createBusyShare(), collect = createCollect(), everyMs = EVERY_MS }: RestEffects = {}): () => void {
  let left = COLLECTIONS
  const timer = setInterval(() => {
    if (busyShare() >= QUIET) left = COLLECTIONS
    else if (left > 0) {
      left--
      collect()
      // The collection itself is no work to rest from.
      busyShare()
    }
  }, everyMs)
  timer.unref()
  return () => clearInterval(timer)
}

function createBusyShare(): () => number {
  let last: EventLoopUtilization = performance.eventLoopUtilization()
  return () => {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, last)
    last = now
    return utilization
  }
}

/** The engine's own function, which it shows to contexts that are made while it is told to. */
function createCollect(): () => void {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  setFlagsFromString('--no-expose-gc')
  return typeof collect === 'function' ? () => void collect() : () => undefined
}
