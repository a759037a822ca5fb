import { monitorEventLoopDelay } from 'node:perf_hooks'
import { getHeapStatistics } from 'node:v8'
import type { JournalStats } from '../../journal/journal.ts'
import type { Lag } from '../../load/loader.ts'
import { judgePressure, type Pressure } from './judge-pressure.ts'

/** Keeps an eye on the server's load. */
export interface PressureWatch {
  /** The last judgement, at most about a second old. */
  pressure(): Pressure
  stop(): void
}

export interface PressureWatchOptions {
  readonly lag: () => Pick<Lag, 'bytes'>
  readonly journal: () => Pick<JournalStats, 'bytes'>
  readonly journalMaxBytes: number
  /** Told when the server begins to refuse events, and when it takes them again. */
  readonly warn: (message: string) => void
}

const SAMPLE_MS = 1_000
const LOOP_RESOLUTION_MS = 20
/** Weight of a new sample: one long collection of garbage is no overload, five seconds of them are. */
const SMOOTHING = 0.3

export function watchPressure({ lag, journal, journalMaxBytes, warn }: PressureWatchOptions): PressureWatch {
  const loop = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS })
  loop.enable()
  let sampledAt = performance.now()
  let backlogBytes = lag().bytes
  let drainedPerSecond = 0
  let loopLagMs = 0
  let heapShare = 0
  let refusing = false

  const pressure = (): Pressure =>
    judgePressure({ journalBytes: journal().bytes, journalMaxBytes, backlogBytes, drainedPerSecond, loopLagMs, heapShare })

  const tellChange = (): void => {
    const { refusal } = pressure()
    if (refusal !== null && !refusing) warn(`events are refused: ${refusal.reason}`)
    if (refusal === null && refusing) warn('events are taken again')
    refusing = refusal !== null
  }

  const sample = (): void => {
    const now = performance.now()
    const backlogBefore = backlogBytes
    backlogBytes = lag().bytes
    // What arrived meanwhile is not seen, so that the store is thought rather too slow than too fast.
    const drained = Math.max(0, backlogBefore - backlogBytes) / ((now - sampledAt) / 1_000)
    sampledAt = now
    drainedPerSecond = smooth(drainedPerSecond, drained)
    // The monitor's own interval is part of what it measures.
    loopLagMs = smooth(loopLagMs, loop.count === 0 ? 0 : Math.max(0, loop.mean / 1e6 - LOOP_RESOLUTION_MS))
    loop.reset()
    const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics()
    heapShare = smooth(heapShare, used / limit)
    tellChange()
  }
  const timer = setInterval(sample, SAMPLE_MS)
  timer.unref()

  return {
    pressure,
    stop() {
      clearInterval(timer)
      loop.disable()
    },
  }
}

function smooth(before: number, now: number): number {
  return before + SMOOTHING * (now - before)
}
