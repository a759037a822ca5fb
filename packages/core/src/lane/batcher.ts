import type { Parcel } from './parcel.ts'

/** Decides when queued events become a batch. Nothing here throws. */
export interface Batcher {
  /** To be called after each push. Cheap: it runs while a request ends. */
  pushed(): void
  /** Something has changed that it waits for. */
  pump(): void
  /** What is queued now need not wait for more. */
  flush(): void
  stop(): void
}

export interface BatcherOptions {
  /** Events that wait. */
  readonly queued: () => number
  /** Enough events wait for a batch of their own. */
  readonly isFull: () => boolean
  /** There is memory for another frozen batch that cannot be sent yet. */
  readonly hasRoom: () => boolean
  /** When a batch made now would be sent, monotonic milliseconds; `Infinity` while others come first. */
  readonly sendableAtMs: () => number
  /** When the books are to be told though no event waits, monotonic milliseconds; `Infinity` when there is no need. */
  readonly heartbeatAtMs: () => number
  /** Drops events that are too old, and returns when the next one will be, monotonic milliseconds. */
  readonly expire: (nowMs: number) => number
  /** Takes the oldest events at once and makes a batch of them; `null` when that failed and was counted. Never rejects. */
  readonly pack: () => Promise<Parcel | null>
  /** Makes a batch without events. Never rejects. */
  readonly heartbeat: () => Promise<Parcel | null>
  readonly onPacked: (parcel: Parcel) => void
  readonly flushIntervalMs: number
  /** Batches are made when they are due, though they cannot be sent. */
  readonly packsAhead: boolean
  /** Runs work outside of the async context of the request that caused it. */
  readonly outside: (work: () => void) => void
  readonly monotonicMs: () => number
  readonly random: () => number
}

/** The first batch of a process shows soon that all is well. */
const FIRST_FLUSH_MS = 200

/** Makes a batcher. It packs one batch at a time, and holds no timer while nothing waits. */
export function createBatcher(options: BatcherOptions): Batcher {
  const { queued, isFull, hasRoom, sendableAtMs, heartbeatAtMs, packsAhead, outside, monotonicMs, random } = options
  /** When less than a full batch may go, monotonic milliseconds; `Infinity` while nothing is queued. */
  let dueAtMs = Infinity
  let intervalMs = Math.min(FIRST_FLUSH_MS, options.flushIntervalMs)
  let busy = false
  let soon = false
  let stopped = false
  let timer: NodeJS.Timeout | null = null

  function pump(): void {
    soon = false
    if (busy || stopped) return
    const nowMs = monotonicMs()
    options.expire(nowMs)
    if (queued() === 0) dueAtMs = Infinity
    const sendable = sendableAtMs() <= nowMs
    if ((isFull() && hasRoom()) || ((sendable || packsAhead) && dueAtMs <= nowMs)) void make(options.pack)
    else if (sendable && heartbeatAtMs() <= nowMs) void make(options.heartbeat)
    else schedule()
  }

  async function make(batch: () => Promise<Parcel | null>): Promise<void> {
    busy = true
    const made = batch()
    if (queued() === 0) dueAtMs = Infinity
    const parcel = await made
    busy = false
    if (parcel !== null) options.onPacked(parcel)
    pump()
  }

  /** Where others come first, they call `pump` when they are done. */
  function schedule(): void {
    if (timer !== null) clearTimeout(timer)
    timer = null
    const nowMs = monotonicMs()
    const partialAtMs = packsAhead ? dueAtMs : Math.max(dueAtMs, sendableAtMs())
    const wakeAtMs = Math.min(partialAtMs, Math.max(heartbeatAtMs(), sendableAtMs()), options.expire(nowMs))
    if (wakeAtMs === Infinity) return
    timer = setTimeout(pump, Math.max(1, Math.ceil(wakeAtMs - nowMs)))
    timer.unref()
  }

  return {
    pushed() {
      if (dueAtMs === Infinity) {
        dueAtMs = monotonicMs() + intervalMs * (0.8 + 0.4 * random())
        intervalMs = options.flushIntervalMs
        if (!busy) outside(schedule)
      }
      if (soon || busy || !isFull() || !hasRoom()) return
      soon = true
      // Not in the request's own turn.
      outside(() => void setImmediate(pump))
    },
    pump,
    flush() {
      if (queued() > 0) dueAtMs = monotonicMs()
      outside(pump)
    },
    stop() {
      stopped = true
      if (timer !== null) clearTimeout(timer)
    },
  }
}
