import process from 'node:process'

/** What a host felt since its start. */
export interface Felt {
  /** Exceptions and rejections that nobody caught. */
  readonly faults: readonly string[]
  readonly rssGrowthMib: number
  readonly longestStallMs: number
}

/** Faults beyond these are not told one by one. */
const MAX_FAULTS = 20
const LOOK_EVERY_MS = 50
/** Loading code and compiling it are not what is watched. */
const WARM_UP_MS = 5_000

/** Watches the process that it runs in. */
export function watchHost(): { felt(): Felt } {
  const faults: string[] = []
  const note = (error: unknown) => {
    if (faults.length < MAX_FAULTS) faults.push(error instanceof Error ? (error.stack ?? error.message) : String(error))
  }
  process.on('uncaughtExceptionMonitor', note)
  process.on('unhandledRejection', note)
  const startMs = performance.now()
  let warmRssBytes: number | null = null
  let mostRssBytes = 0
  let longestStallMs = 0
  let cpu = process.threadCpuUsage()
  // CPU time of the main thread from one look to the next: a process that is stopped, or has to wait for others, uses none.
  setInterval(() => {
    const { user, system } = process.threadCpuUsage(cpu)
    cpu = process.threadCpuUsage()
    if (performance.now() - startMs < WARM_UP_MS) return
    longestStallMs = Math.max(longestStallMs, Math.round((user + system) / 1_000))
    const rssBytes = process.memoryUsage.rss()
    warmRssBytes ??= rssBytes
    mostRssBytes = Math.max(mostRssBytes, rssBytes)
  }, LOOK_EVERY_MS).unref()
  return {
    felt: () => ({ faults, rssGrowthMib: Math.round((mostRssBytes - (warmRssBytes ?? mostRssBytes)) / 1_048_576), longestStallMs }),
  }
}
