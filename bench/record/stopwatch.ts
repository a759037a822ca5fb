import process from 'node:process'

/** Starts a stopwatch; it gives milliseconds, or `null` when another process took the processor meanwhile. */
export function startStopwatch(): () => number | null {
  const switches = process.resourceUsage().involuntaryContextSwitches
  const startMs = performance.now()
  return () => {
    const elapsedMs = performance.now() - startMs
    return process.resourceUsage().involuntaryContextSwitches === switches ? elapsedMs : null
  }
}

/** Times work; `null` when it was disturbed. */
export function timed(work: () => void): number | null {
  const stop = startStopwatch()
  work()
  return stop()
}
