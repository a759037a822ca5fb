import { fileURLToPath } from 'node:url'
import type { App } from './app/app.ts'
import type { Load, LoadMaker, LoadResult } from './load-maker.ts'
import { startPinned, type PinnedProcess } from './pinned-process.ts'
import type { Framework, Variant } from './plan.ts'
import type { Sink } from './sink.ts'

/** The core that only measured apps use, and the one for everything else. */
const APP_CORE = 0
export const OTHER_CORE = 1

const CONNECTIONS = 32
/** For what an app does after the last answer, and packages without a flush after the last request. */
const SETTLE_MS = 100

/** One slice of load on one app. */
export interface Slice extends LoadResult {
  /** User and system time of all threads, until what the slice made was delivered. */
  readonly cpuUsPerRequest: number
}

/** A slice that was given in parts: each part weighs as much as it has requests. */
export function joinParts(parts: readonly Slice[]): Slice {
  const requests = parts.reduce((sum, part) => sum + part.requests, 0)
  const mean = (figure: (part: Slice) => number) => parts.reduce((sum, part) => sum + figure(part) * part.requests, 0) / requests
  return {
    requests,
    failed: parts.reduce((sum, { failed }) => sum + failed, 0),
    requestsPerS: mean(({ requestsPerS }) => requestsPerS),
    p50Ms: mean(({ p50Ms }) => p50Ms),
    p99Ms: mean(({ p99Ms }) => p99Ms),
    cpuUsPerRequest: mean(({ cpuUsPerRequest }) => cpuUsPerRequest),
  }
}

/** An app with a variant mounted. It runs all the time and is idle outside its slices. */
export interface MeasuredApp {
  readonly variant: Variant
  measure(load: Load): Promise<Slice>
  /** What it did in all, so that a package that sends nothing, or works while idle, is seen. */
  totals(): Promise<Totals>
  stop(): Promise<void>
}

export interface Totals {
  readonly requests: number
  readonly failed: number
  readonly posts: number
  readonly sentBytes: number
  /** CPU outside the slices, in microseconds for each second of idleness; 0 when it was idle for under a second. */
  readonly idleUsPerS: number
}

export async function startMeasuredApp(framework: Framework, variant: Variant, sink: PinnedProcess<Sink>, loadMaker: PinnedProcess<LoadMaker>): Promise<MeasuredApp> {
  const sinkUrl = await sink.ask('open')
  const file = fileURLToPath(new URL('app/app.ts', import.meta.url))
  // Where Apitally and ReadMe look for another address than their own.
  const env = { APITALLY_HUB_BASE_URL: sinkUrl, README_METRICS_SERVER: sinkUrl }
  const app = await startPinned<App>(APP_CORE, file, [framework, variant, sinkUrl], env)
  const port = await app.ask('port')
  let requests = 0
  let failed = 0
  let idleUs = 0
  let idleS = 0
  let lastEnd: { cpuUs: number; atMs: number } | null = null

  return {
    variant,
    async measure(load) {
      if (lastEnd !== null) {
        idleUs += (await app.ask('cpuUs')) - lastEnd.cpuUs
        idleS += (performance.now() - lastEnd.atMs) / 1000
      }
      await loadMaker.ask('open', { port, count: CONNECTIONS })
      await settle()
      const cpuBeforeUs = await app.ask('cpuUs')
      const result = await loadMaker.ask('run', load)
      await app.ask('flush')
      await settle()
      const cpuAfterUs = await app.ask('cpuUs')
      await loadMaker.ask('close')
      await settle()
      lastEnd = { cpuUs: await app.ask('cpuUs'), atMs: performance.now() }
      requests += result.requests + 1
      failed += result.failed
      return { ...result, cpuUsPerRequest: (cpuAfterUs - cpuBeforeUs) / result.requests }
    },
    async totals() {
      const { posts, bytes } = await sink.ask('received', sinkUrl)
      return { requests, failed, posts, sentBytes: bytes, idleUsPerS: idleS < 1 ? 0 : idleUs / idleS }
    },
    stop: () => app.stop(),
  }
}

function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, SETTLE_MS))
}
