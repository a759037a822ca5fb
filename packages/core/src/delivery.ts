import { AsyncResource } from 'node:async_hooks'
import type { DropReason } from '@wayside/protocol'
import { backoffMs } from './backoff.ts'
import { createFlushWatchers, type FlushResult } from './flush-watchers.ts'
import type { Entry, Queue } from './queue.ts'
import type { SendResult } from './send-result.ts'

/** Moves items from the queue to the server: when, in which batches, and again after a failure. Nothing here throws. */
export interface Delivery<Item> {
  /** To be called after each push. */
  pushed(): void
  /** To be called for an item that had to leave the queue. */
  overflowed(entry: Entry<Item>): void
  /** Delivers now what is queued; resolves when it is settled or the time has passed. */
  flush(timeoutMs: number): Promise<FlushResult>
  /** Gives up what is left and ends attempts under way. */
  stop(): void
}

export interface DeliveryOptions<Item, Frozen> {
  readonly queue: Queue<Item>
  readonly batchItems: number
  readonly flushIntervalMs: number
  /** Makes the bytes of a batch, once. */
  readonly freeze: (items: readonly Item[]) => Promise<Frozen>
  /** One attempt. Never rejects. */
  readonly send: (frozen: Frozen, signal: AbortSignal) => Promise<SendResult>
  readonly onDelivered: (items: number) => void
  readonly onDropped: (reason: DropReason, items: number) => void
  readonly onProblem: (kind: SendResult['kind'] | 'serialize_error', reason: string) => void
  readonly monotonicMs: () => number
  readonly random: () => number
}

/** Batches under way at once; a second one keeps the first's retries from holding up all others. */
const MAX_IN_FLIGHT = 2
/** An item that could not be delivered in this time is dropped as `expired`. */
const MAX_AGE_MS = 600_000
/** The first and the longest wait between attempts while the key or the address is refused. */
const ACCESS_RETRY_MS = 60_000
const MAX_ACCESS_RETRY_MS = 300_000

/** Makes a delivery. It holds no timer while the queue is empty, and none that keeps the process alive. */
export function createDelivery<Item, Frozen>(options: DeliveryOptions<Item, Frozen>): Delivery<Item> {
  const { queue, batchItems, freeze, send, onDelivered, onDropped, onProblem, monotonicMs, random } = options
  // Timers and sockets made while a request is handled would carry its async context, and count as its upstream calls.
  const outside = new AsyncResource('wayside.delivery', { requireManualDestroy: false })
  const watchers = createFlushWatchers()
  const stopping = new AbortController()
  /** Taken from the queue and not settled yet. */
  const inFlight = new Set<readonly Entry<Item>[]>()
  const nudges = new Set<() => void>()
  let timer: NodeJS.Timeout | null = null
  /** Batches under way, halves of a split batch counted as one. */
  let slots = 0
  let startSoon = false
  /** The interval has passed: less than a full batch may go. */
  let due = false

  function pushed(): void {
    if (stopping.signal.aborted) return
    if (queue.size >= batchItems) {
      if (startSoon || slots === MAX_IN_FLIGHT) return
      startSoon = true
      // Not in the request's own turn.
      outside.runInAsyncScope(setImmediate, null, startBatches)
    } else if (timer === null && !due) {
      outside.runInAsyncScope(armTimer)
    }
  }

  function armTimer(): void {
    const waitMs = options.flushIntervalMs * (0.8 + 0.4 * random())
    timer = setTimeout(() => {
      timer = null
      due = true
      startBatches()
    }, waitMs)
    timer.unref()
  }

  function startBatches(): void {
    startSoon = false
    if (stopping.signal.aborted) return
    settle('expired', queue.takeOlderThan(monotonicMs() - MAX_AGE_MS))
    while (slots < MAX_IN_FLIGHT && (queue.size >= batchItems || (due && queue.size > 0))) {
      slots++
      void deliver(queue.take(batchItems)).then(freeSlot)
    }
    if (queue.size === 0) due = false
    else if (timer === null && !due) armTimer()
  }

  function freeSlot(): void {
    slots--
    startBatches()
  }

  /** Ends when every entry is settled. */
  async function deliver(entries: readonly Entry<Item>[]): Promise<void> {
    inFlight.add(entries)
    let frozen: Frozen
    try {
      frozen = await freeze(entries.map((entry) => entry.item))
    } catch (error) {
      if (stopping.signal.aborted) return
      onProblem('serialize_error', error instanceof Error ? error.message : String(error))
      return settle('serialize_error', entries)
    }
    const expiresAtMs = (entries[0]?.pushedAtMs ?? 0) + MAX_AGE_MS
    let refusals = 0
    for (let attempt = 1; !stopping.signal.aborted; attempt++) {
      if (monotonicMs() >= expiresAtMs) return settle('expired', entries)
      const result = await send(frozen, stopping.signal)
      if (stopping.signal.aborted) return
      if (result.kind !== 'acked') onProblem(result.kind, 'reason' in result ? result.reason : 'the server takes smaller batches')
      switch (result.kind) {
        case 'acked':
          return settleAcked(entries, result.rejected.length)
        case 'refused_batch':
          return settle('rejected', entries)
        case 'too_large':
          if (entries.length === 1) return settle('too_large', entries)
          return deliverHalves(entries)
        case 'refused_access':
          await pause(Math.max(result.afterMs, accessRetryMs(refusals++)), 0, expiresAtMs)
          break
        case 'retry':
          await pause(Math.max(result.afterMs, backoffMs(attempt, random)), result.afterMs, expiresAtMs)
          break
        default:
          result satisfies never
      }
    }
  }

  async function deliverHalves(entries: readonly Entry<Item>[]): Promise<void> {
    const halves = [entries.slice(0, entries.length >> 1), entries.slice(entries.length >> 1)]
    inFlight.delete(entries)
    for (const half of halves) inFlight.add(half)
    for (const half of halves) if (!stopping.signal.aborted) await deliver(half)
  }

  /** Waits; a flush cuts it short to `leastMs`, what the server has asked for. */
  function pause(waitMs: number, leastMs: number, untilMs: number): Promise<void> {
    const startMs = monotonicMs()
    return new Promise((resolve) => {
      let wait = setTimeout(wake, Math.min(waitMs, untilMs - startMs)).unref()
      function wake(): void {
        clearTimeout(wait)
        nudges.delete(nudge)
        resolve()
      }
      function nudge(): void {
        const restMs = Math.min(waitMs, leastMs) - (monotonicMs() - startMs)
        if (restMs <= 0 || stopping.signal.aborted) return wake()
        clearTimeout(wait)
        wait = setTimeout(wake, restMs).unref()
      }
      nudges.add(nudge)
    })
  }

  function settleAcked(entries: readonly Entry<Item>[], rejected: number): void {
    inFlight.delete(entries)
    const lost = Math.min(rejected, entries.length)
    onDelivered(entries.length - lost)
    onDropped('rejected', lost)
    watchers.settled(entries, lost)
  }

  function settle(reason: DropReason, entries: readonly Entry<Item>[]): void {
    inFlight.delete(entries)
    if (entries.length === 0) return
    onDropped(reason, entries.length)
    watchers.settled(entries, entries.length)
  }

  function flush(timeoutMs: number): Promise<FlushResult> {
    let pending = queue.size
    for (const entries of inFlight) pending += entries.length
    const outcome = watchers.watch(queue.nextOrdinal, pending, timeoutMs)
    due = true
    outside.runInAsyncScope(() => {
      for (const nudge of nudges) nudge()
      startBatches()
    })
    return outcome
  }

  function stop(): void {
    stopping.abort()
    if (timer !== null) clearTimeout(timer)
    for (const nudge of nudges) nudge()
    for (const entries of inFlight) settle('shutdown_timeout', entries)
    settle('shutdown_timeout', queue.take(queue.size))
  }

  return { pushed, overflowed: (entry) => settle('queue_overflow', [entry]), flush, stop }
}

function accessRetryMs(refusals: number): number {
  return Math.min(MAX_ACCESS_RETRY_MS, ACCESS_RETRY_MS * 2 ** Math.min(refusals, 8))
}
