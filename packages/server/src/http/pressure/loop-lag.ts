import { monitorEventLoopDelay } from 'node:perf_hooks'

/** How late the event loop comes to its work. */
export interface LoopLag {
  /** The mean since it was last asked, milliseconds. */
  read(): number
  stop(): void
}

const RESOLUTION_MS = 20

export function measureLoopLag(): LoopLag {
  const loop = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  loop.enable()
  return {
    read() {
      // The monitor's own interval is part of what it measures.
      const lagMs = loop.count === 0 ? 0 : Math.max(0, loop.mean / 1e6 - RESOLUTION_MS)
      loop.reset()
      return lagMs
    },
    stop: () => void loop.disable(),
  }
}
