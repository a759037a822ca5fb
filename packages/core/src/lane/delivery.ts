import type { DropReason } from '@wayside/protocol'
import type { Clock } from '../observe.ts'
import type { SendResult } from '../send-result.ts'
import { backoffMs } from './backoff.ts'
import type { FrozenBatch } from './frozen-batch.ts'
import { createGate } from './gate.ts'
import type { Parcel } from './parcel.ts'

/** Brings parcels to a receiver group: when, how many at once, and again after a failure. Nothing here throws. */
export interface Delivery {
  add(parcel: Parcel): void
  /** Ends the waits that the server has not asked for. */
  hurry(): void
  /** When a parcel added now would be sent, monotonic milliseconds; `Infinity` while others come first. */
  readonly readyAtMs: number
  /** Since when attempts fail without a success between, monotonic milliseconds; `null` when nothing is wrong. */
  readonly troubledSinceMs: number | null
  /** Why what becomes too old now could not be delivered. */
  readonly expiryReason: Extract<DropReason, 'auth' | 'expired'>
  /** Parcels that are under way or wait. */
  readonly parcels: readonly Parcel[]
  /** Bytes of those parcels. */
  readonly bytes: number
  /** Those that wait. */
  readonly waiting: readonly Parcel[]
  /** Removes one that waits. */
  withdraw(parcel: Parcel): void
  /** Ends attempts under way; no fate is told afterwards. Returns the parcels that are left. */
  stop(): readonly Parcel[]
}

/** What became of a parcel for good. */
export type Fate = { readonly kind: 'acked'; readonly rejected: readonly number[] } | { readonly kind: 'dropped'; readonly reason: DropReason }

export interface DeliveryOptions {
  /** One attempt. */
  readonly send: (frozen: FrozenBatch, signal: AbortSignal) => Promise<SendResult>
  /** Longest time that one attempt takes, milliseconds. */
  readonly attemptTimeoutMs: number
  /** Makes two parcels of one with several events. */
  readonly split: (parcel: Parcel) => Promise<readonly [Parcel, Parcel]>
  readonly onSettled: (parcel: Parcel, fate: Fate) => void
  /** An attempt has failed. */
  readonly onFailure: (kind: Exclude<SendResult['kind'], 'acked'>, reason: string) => void
  /** What waits may have changed, and so may `readyAtMs`. */
  readonly onChange: () => void
  /** Someone waits for the result: pauses are short. */
  readonly isAwaited: () => boolean
  readonly clock: Clock
  readonly random: () => number
}

/** A parcel that could not be delivered in this time is dropped. */
export const MAX_AGE_MS = 600_000
/** Bounds of the waits, before another attempt for one parcel and before one to see whether the server is back. */
const MAX_BACKOFF_MS = 30_000
const MAX_PROBE_WAIT_MS = 8_000
const MAX_AWAITED_MS = 500
/** Refusals in a row before parcels are no longer searched for the event at fault: two events of 2,000 are found. */
const MAX_REFUSALS = 24
/** An attempt that took so much longer than it may was frozen together with the process. */
const FREEZE_MS = 5_000

/** Makes a delivery. It holds no timer while there is nothing to send, and none that keeps the process alive. */
export function createDelivery(options: DeliveryOptions): Delivery {
  const { send, split, onSettled, onFailure, onChange, isAwaited, clock, random } = options
  const stopping = new AbortController()
  const gate = createGate({ random, maxWaitMs: () => (isAwaited() ? MAX_AWAITED_MS : MAX_PROBE_WAIT_MS) })
  /** Oldest first. */
  let waiting: Parcel[] = []
  const underWay = new Set<Parcel>()
  let bytes = 0
  let refusalsInARow = 0
  let timer: NodeJS.Timeout | null = null

  function pump(): void {
    if (stopping.signal.aborted) return
    const nowMs = clock.monotonicMs()
    for (const parcel of waiting) if (nowMs - parcel.pushedAtMs >= MAX_AGE_MS) expire(parcel)
    while (underWay.size < gate.limit(nowMs)) {
      const parcel = choose(nowMs)
      if (parcel === null) break
      void attempt(parcel)
    }
    schedule(nowMs)
    onChange()
  }

  /** The oldest whose wait is over; to see whether the server is back, the one that has waited longest anyway. */
  function choose(nowMs: number): Parcel | null {
    if (gate.troubledSinceMs === null) return waiting.find((parcel) => parcel.notBeforeMs <= nowMs) ?? null
    return waiting.reduce<Parcel | null>((best, parcel) => (best === null || parcel.notBeforeMs < best.notBeforeMs ? parcel : best), null)
  }

  function schedule(nowMs: number): void {
    if (timer !== null) clearTimeout(timer)
    timer = null
    let wakeAtMs = Infinity
    for (const { notBeforeMs, pushedAtMs } of waiting) {
      const dueMs = Math.max(gate.opensAtMs, gate.troubledSinceMs === null ? notBeforeMs : 0)
      // While no slot is free, the end of an attempt wakes.
      if (underWay.size === 0 || dueMs > nowMs) wakeAtMs = Math.min(wakeAtMs, dueMs)
      wakeAtMs = Math.min(wakeAtMs, pushedAtMs + MAX_AGE_MS)
    }
    if (wakeAtMs === Infinity) return
    timer = setTimeout(pump, Math.max(1, Math.ceil(wakeAtMs - nowMs)))
    timer.unref()
  }

  async function attempt(parcel: Parcel): Promise<void> {
    waiting.splice(waiting.indexOf(parcel), 1)
    underWay.add(parcel)
    parcel.attempts++
    const startedAt = clock.now()
    const startedMs = clock.monotonicMs()
    let result: SendResult
    try {
      result = await send(parcel.frozen, stopping.signal)
    } catch (error) {
      result = { kind: 'retry', afterMs: 0, reason: String(error) }
    }
    if (stopping.signal.aborted) return
    const tookMs = clock.monotonicMs() - startedMs
    const frozen = tookMs > options.attemptTimeoutMs + FREEZE_MS || clock.now() - startedAt - tookMs > FREEZE_MS
    const left = await judge(parcel, result, frozen)
    if (stopping.signal.aborted) return
    underWay.delete(parcel)
    waiting.unshift(...left)
    pump()
  }

  /** Draws the consequences of an attempt, and returns what is still to be sent. */
  async function judge(parcel: Parcel, result: SendResult, frozen: boolean): Promise<readonly Parcel[]> {
    const nowMs = clock.monotonicMs()
    // The process was stopped, not the server: the answer may have come long ago. Again, free of charge.
    if (result.kind === 'retry' && frozen) return [parcel]
    if (result.kind !== 'acked') onFailure(result.kind, 'reason' in result ? result.reason : 'the server takes smaller batches')
    switch (result.kind) {
      case 'acked':
        recover(nowMs, result.afterMs)
        refusalsInARow = 0
        return settle(parcel, { kind: 'acked', rejected: result.rejected })
      case 'refused_batch':
        recover(nowMs)
        // A server that refuses all has another reason than one event: then each batch costs one request.
        if (++refusalsInARow > MAX_REFUSALS) return settle(parcel, { kind: 'dropped', reason: 'rejected' })
        return divide(parcel, 'rejected')
      case 'too_large':
        recover(nowMs)
        return divide(parcel, 'too_large')
      case 'refused_access':
        gate.refused(nowMs, result.afterMs)
        return [parcel]
      case 'retry':
        gate.failed(nowMs, result.afterMs)
        parcel.notBeforeMs = nowMs + backoffMs(parcel.attempts, random, isAwaited() ? MAX_AWAITED_MS : MAX_BACKOFF_MS)
        return [parcel]
      default:
        return result satisfies never
    }
  }

  /** The server has understood an attempt: what waits only because of failures before may go. */
  function recover(nowMs: number, afterMs = 0): void {
    if (gate.troubledSinceMs !== null) for (const parcel of waiting) parcel.notBeforeMs = 0
    gate.understood(nowMs, afterMs)
  }

  /** Halves what is too much or holds an event at fault; nothing is left to halve of a single one. */
  async function divide(parcel: Parcel, reason: DropReason): Promise<readonly Parcel[]> {
    if (parcel.events <= 1) return settle(parcel, { kind: 'dropped', reason })
    try {
      const halves = await split(parcel)
      bytes += bytesOf(halves[0]) + bytesOf(halves[1]) - bytesOf(parcel)
      return halves
    } catch {
      return settle(parcel, { kind: 'dropped', reason: 'internal_error' })
    }
  }

  function expire(parcel: Parcel): void {
    waiting = waiting.filter((other) => other !== parcel)
    settle(parcel, { kind: 'dropped', reason: expiryReason() })
  }

  function expiryReason(): 'auth' | 'expired' {
    return gate.isRefused ? 'auth' : 'expired'
  }

  function settle(parcel: Parcel, fate: Fate): readonly Parcel[] {
    bytes -= bytesOf(parcel)
    onSettled(parcel, fate)
    return []
  }

  return {
    add(parcel) {
      bytes += bytesOf(parcel)
      waiting.push(parcel)
      pump()
    },
    hurry() {
      gate.hurry()
      for (const parcel of waiting) parcel.notBeforeMs = 0
      pump()
    },
    get readyAtMs() {
      return waiting.length > 0 || underWay.size >= gate.limit(Infinity) ? Infinity : gate.opensAtMs
    },
    get troubledSinceMs() {
      return gate.troubledSinceMs
    },
    get expiryReason() {
      return expiryReason()
    },
    get parcels() {
      return [...underWay, ...waiting]
    },
    get bytes() {
      return bytes
    },
    get waiting() {
      return waiting
    },
    withdraw(parcel) {
      waiting = waiting.filter((other) => other !== parcel)
      bytes -= bytesOf(parcel)
    },
    stop() {
      const left = [...underWay, ...waiting]
      stopping.abort()
      if (timer !== null) clearTimeout(timer)
      waiting = []
      underWay.clear()
      bytes = 0
      return left
    },
  }
}

/** What a parcel itself takes, beside its body. */
const PARCEL_BYTES = 500

function bytesOf({ frozen }: Parcel): number {
  return frozen.body.byteLength + PARCEL_BYTES
}
