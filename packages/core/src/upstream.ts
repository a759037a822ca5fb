import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { createAttachment } from './attachment.ts'

/** The outgoing requests of one exchange: how many, and the time during which at least one was under way. */
export interface UpstreamTally {
  count: number
  active: number
  busyMs: number
  busySinceMs: number
}

/** Finds the outgoing requests that an exchange makes, through `fetch`, undici, `http` and `https`. */
export interface UpstreamMeter {
  /** Runs work whose outgoing requests count for this tally, also those that it makes later. */
  run<Result>(tally: UpstreamTally, work: () => Result): Result
  /** Goes on as work of this tally until the running callback ends. */
  resume(tally: UpstreamTally): void
  /** Stops to listen. */
  close(): void
}

/** A tally of an exchange that has made no outgoing request. */
export function createTally(): UpstreamTally {
  return { count: 0, active: 0, busyMs: 0, busySinceMs: 0 }
}

/** Microseconds with at least one request under way; one that still runs counts until now. */
export function upstreamUs(tally: UpstreamTally, nowMs: number): number {
  return Math.round((tally.busyMs + (tally.active > 0 ? nowMs - tally.busySinceMs : 0)) * 1_000)
}

/**
 * Starts to listen to Node's diagnostics channels. They are process-wide: a request is matched to its exchange by async
 * context at its start, and remembered by the request object until its end.
 */
export function createUpstreamMeter(monotonicMs: () => number): UpstreamMeter {
  const current = new AsyncLocalStorage<UpstreamTally | undefined>()
  /** The tally of a request under way; `null` when it has ended. */
  const started = createAttachment<UpstreamTally | null>()

  function start(request: object): UpstreamTally | null {
    const tally = current.getStore()
    if (tally === undefined || started.get(request) !== undefined) return null
    started.set(request, tally)
    tally.count++
    if (tally.active++ === 0) tally.busySinceMs = monotonicMs()
    return tally
  }

  function end(request: object): void {
    const tally = started.get(request)
    if (tally === undefined || tally === null) return
    started.set(request, null)
    if (--tally.active === 0) tally.busyMs += monotonicMs() - tally.busySinceMs
  }

  const onStart = (request: object) => void start(request)
  // An http request tells its headers' arrival on a channel but not the end of its body; its `close` comes after both.
  const onHttpStart = (request: object) => {
    if (isEmitter(request) && start(request) !== null) request.once('close', () => end(request))
  }
  const listeners = [
    ['undici:request:create', subscriber(onStart)],
    ['undici:request:trailers', subscriber(end)],
    ['undici:request:error', subscriber(end)],
    ['http.client.request.start', subscriber(onHttpStart)],
  ] as const
  for (const [channel, listener] of listeners) subscribe(channel, listener)

  return {
    run: (tally, work) => (current.getStore() === tally ? work() : current.run(tally, work)),
    resume(tally) {
      if (current.getStore() !== tally) current.enterWith(tally)
    },
    close() {
      for (const [channel, listener] of listeners) unsubscribe(channel, listener)
    },
  }
}

/** What a subscriber of a diagnostics channel throws ends the process. */
function quietly<Result>(work: () => Result): Result | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}

function subscriber(listen: (request: object) => void): (message: unknown) => void {
  return (message) =>
    quietly(() => {
      const request = requestOf(message)
      if (request !== null) listen(request)
    })
}

function requestOf(message: unknown): object | null {
  if (typeof message !== 'object' || message === null || !('request' in message)) return null
  return typeof message.request === 'object' ? message.request : null
}

function isEmitter(value: object): value is { once(event: string, listener: () => void): void } {
  return 'once' in value && typeof value.once === 'function'
}
