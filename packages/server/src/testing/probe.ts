import process from 'node:process'

// Loaded into a server's process before anything else (`--import`). Tells its parent how the process is, when asked.

/** How a process was since it was asked last. */
export interface Vitals {
  /** The longest that the event loop came late to its work, milliseconds. A machine that is busy elsewhere adds to it. */
  readonly loopLagMs: number
  /** The most computing that the event loop did in one go, milliseconds of its thread's own time. */
  readonly loopCpuMs: number
  /** The most memory that it had. */
  readonly rssBytes: number
}

const TICK_MS = 5
const FRESH: Vitals = { loopLagMs: 0, loopCpuMs: 0, rssBytes: 0 }

let vitals = FRESH
let tickedAt = performance.now()
let computed = cpuMs()

setInterval(() => {
  const [now, cpu] = [performance.now(), cpuMs()]
  vitals = {
    loopLagMs: Math.max(vitals.loopLagMs, now - tickedAt - TICK_MS),
    loopCpuMs: Math.max(vitals.loopCpuMs, cpu - computed),
    rssBytes: Math.max(vitals.rssBytes, process.memoryUsage.rss()),
  }
  tickedAt = now
  computed = cpu
}, TICK_MS).unref()

process.on('message', () => {
  process.send?.(vitals)
  vitals = FRESH
})
process.channel?.unref()

/** Of this thread where Node tells it, else of the whole process. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage?.() ?? process.cpuUsage()
  return (user + system) / 1_000
}
