import { getHeapStatistics } from 'node:v8'
import type { JournalStats } from '../../journal/journal.ts'
import type { Lag } from '../../load/loader.ts'
import { judgePressure, type Pressure } from './judge-pressure.ts'
import type { LoopLag } from './loop-lag.ts'

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
  readonly loopLag: LoopLag
  /** Told when the server begins to refuse events, and when it takes them again. */
  readonly warn: (message: string) => void
}

const SAMPLE_MS = 1_000
/** Weight of a new sample: one long collection of garbage is no overload, five seconds of them are. */
const SMOOTHING = 0.3

export function watchPressure({ lag, journal, journalMaxBytes, loopLag, warn }: PressureWatchOptions): PressureWatch {
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
    loopLagMs = smooth(loopLagMs, loopLag.read())
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
      loopLag.stop()
    },
  }
}

function smooth(before: number, now: number): number {
  return before + SMOOTHING * (now - before)
}
