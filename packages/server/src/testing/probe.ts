import { monitorEventLoopDelay } from 'node:perf_hooks'
import process from 'node:process'

// Loaded into a server's process before anything else (`--import`). Tells its parent how the process is, when asked.

/** How a process was since it was asked last. */
export interface Vitals {
  /** The longest that the event loop came late to its work, milliseconds. */
  readonly loopLagMs: number
  /** The most memory that it had. */
  readonly rssBytes: number
}

const LOOP_RESOLUTION_MS = 5
const RSS_EVERY_MS = 20

const loop = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS })
loop.enable()
let rssBytes = 0
setInterval(() => (rssBytes = Math.max(rssBytes, process.memoryUsage.rss())), RSS_EVERY_MS).unref()

process.on('message', () => {
  // The monitor's own interval is part of what it measures.
  const loopLagMs = loop.count === 0 ? 0 : Math.max(0, loop.max / 1e6 - LOOP_RESOLUTION_MS)
  process.send?.({ loopLagMs, rssBytes: Math.max(rssBytes, process.memoryUsage.rss()) } satisfies Vitals)
  loop.reset()
  rssBytes = 0
})
process.channel?.unref()
