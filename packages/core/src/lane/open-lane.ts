import { AsyncResource } from 'node:async_hooks'
import { toRanges, type ApiEvent, type BatchHead, type Books, type DropReason, type ErrorStack, type SeqRange } from '@wayside/protocol'
import { createErrorStacks } from '../error-stacks.ts'
import type { Clock } from '../observe.ts'
import type { ProblemKind } from '../problem-reporter.ts'
import type { SendResult } from '../send-result.ts'
import { createBatcher } from './batcher.ts'
import { createBooks } from './books.ts'
import { MAX_AGE_MS, createDelivery, type Fate } from './delivery.ts'
import { NO_NOTICE, createDropNotices, type DropNotice } from './drop-notices.ts'
import { isPrecious, sizeOfEvent } from './event-size.ts'
import { createFlushWatchers, type FlushResult } from './flush-watchers.ts'
import { freezeBatch, splitFrozen, type FrozenBatch } from './frozen-batch.ts'
import type { Parcel } from './parcel.ts'
import { createQueue, type Entry } from './queue.ts'
import { cutRanges, exclude } from './seq-set.ts'

/** One receiver group's own way out: its queue, its delivery and its books. Nothing here throws or rejects. */
export interface Lane {
  /** Takes an event as it ends: cheap, and never in the way of the request. */
  push(event: ApiEvent, nowMs: number): void
  /** A captured event was lost before it could be pushed. */
  lose(seq: number, reason: DropReason): void
  /** Keeps the stack of an error for the next batch. */
  offerStack(stack: ErrorStack, nowMs: number): void
  /** Delivers now what waits. With `patient: false` it gives up at the first failure. */
  flush(timeoutMs: number, patient?: boolean): Promise<FlushResult>
  /** Tells the server that this producer has ended, if all was delivered, and gives up what is left. */
  end(timeoutMs: number): Promise<void>
  stats(): LaneStats
}

/** Cumulative counters of what one receiver group gets. */
export interface LaneStats {
  /** Its addresses. */
  readonly name: string
  readonly delivered: number
  /** Neither delivered nor dropped. */
  readonly pending: number
  /** Drops by reason. */
  readonly dropped: Readonly<Record<string, number>>
  /** How many of the drops for `queue_overflow` still count by endpoint, method and status. */
  readonly shed: number
}

/** The way to a receiver group. */
export interface LaneTransport {
  /** One attempt; never rejects. */
  send(frozen: FrozenBatch, signal: AbortSignal): Promise<SendResult>
  close(): void
}

export interface LaneOptions {
  /** What the operator calls the group. */
  readonly name: string
  readonly head: Omit<BatchHead, 'books'>
  /** Events captured so far, those of seqs below. */
  readonly captured: () => number
  readonly transport: LaneTransport
  /** Longest time of one `send` of it, milliseconds. */
  readonly attemptTimeoutMs: number
  readonly batchEvents: number
  readonly flushIntervalMs: number
  readonly maxQueueEvents: number
  readonly maxQueueBytes: number
  readonly report: (kind: ProblemKind, message: string) => void
  readonly clock: Clock
  readonly random: () => number
  readonly freeze?: typeof freezeBatch
  readonly split?: typeof splitFrozen
}

/** What frozen batches may take of the memory; the rest is the queue's, so that it can still choose what to shed. */
const FROZEN_SHARE = 0.75
/** Estimated, two bytes for a character: even if JSON escaped each one, the body would stay under the server's limit. */
const MAX_BATCH_BYTES = 2 * 1_024 * 1_024
/** The books are told at least so often while they change. */
const REPORT_INTERVAL_MS = 30_000

/** Opens a lane. It sets no timer before the first event, and none of its timers keeps the process alive. */
export function openLane(options: LaneOptions): Lane {
  const { name, captured, batchEvents, maxQueueEvents, maxQueueBytes, report, clock, freeze = freezeBatch, split = splitFrozen } = options
  // Timers and sockets made while a request is handled would carry its async context, and count as its upstream calls.
  const context = new AsyncResource('wayside.delivery', { requireManualDestroy: false })
  const outside = (work: () => void) => context.runInAsyncScope(work)
  const books = createBooks(captured)
  const notices = createDropNotices()
  const stacks = createErrorStacks()
  const watchers = createFlushWatchers()
  /** Taken from the queue and not frozen yet. */
  let packing: readonly Entry<ApiEvent>[] = []
  let packingBytes = 0
  /** The books as the server last acknowledged them, and when. */
  let told: Books | null = null
  let toldAtMs = clock.monotonicMs()
  /** A batch that tells the books alone is being made or on its way. */
  let reporting = false
  let farewell: { readonly parcel: Parcel; readonly done: () => void } | null = null
  let ended = false

  const queue = createQueue<ApiEvent>({
    maxItems: maxQueueEvents,
    roomBytes: () => maxQueueBytes - packingBytes - delivery.bytes,
    sizeOf: sizeOfEvent,
    isPrecious,
    onOverflow: shed,
  })
  const delivery = createDelivery({
    send: options.transport.send,
    attemptTimeoutMs: options.attemptTimeoutMs,
    split: halve,
    onSettled: book,
    onFailure(kind, reason) {
      report(kind === 'retry' ? 'unavailable' : kind, `Wayside cannot deliver to ${name}: ${reason}`)
      watchers.failed()
      farewell?.done()
    },
    onReady: () => batcher.pump(),
    isAwaited: () => watchers.active,
    clock,
    random: options.random,
  })
  const batcher = createBatcher({
    queued: () => queue.size,
    isFull: () => queue.size >= Math.min(batchEvents, maxQueueEvents / 2) || queue.bytes >= MAX_BATCH_BYTES,
    hasRoom: () => delivery.bytes < maxQueueBytes * FROZEN_SHARE,
    sendableAtMs: () => delivery.readyAtMs,
    reportAtMs: () => (hasNews() ? toldAtMs + REPORT_INTERVAL_MS : Infinity),
    expire,
    pack,
    report: () => packReport(false),
    onPacked: delivery.add,
    flushIntervalMs: options.flushIntervalMs,
    outside,
    monotonicMs: clock.monotonicMs,
    random: options.random,
  })

  function shed(event: ApiEvent): void {
    notices.shed(event)
    books.drop('queue_overflow', 1)
    if (watchers.active) watchers.settled([{ from: event.seq, to: event.seq }], 'dropped')
    report('queue_overflow', `Wayside's queue for ${name} is full; events are left out, their counts are kept`)
  }

  function drop(reason: DropReason, ranges: readonly SeqRange[], events: number): void {
    notices.dropped(ranges)
    books.drop(reason, events)
    watchers.settled(ranges, 'dropped')
  }

  /** Books a parcel's fate. */
  function book(parcel: Parcel, fate: Fate): void {
    const { events, ranges, notice } = parcel
    if (fate.kind === 'acked') {
      const refused = new Set(fate.rejected.filter((seq) => ranges.some(({ from, to }) => from <= seq && seq <= to)))
      books.deliver(events - refused.size)
      books.drop('rejected', refused.size)
      notices.stored(exclude(ranges, refused))
      notices.dropped(toRanges([...refused].sort((a, b) => a - b)))
      notices.told(notice)
      told = parcel.books
      toldAtMs = clock.monotonicMs()
      watchers.settled(ranges, 'delivered', refused.size)
    } else {
      drop(fate.reason, ranges, events)
      // Refused without an event to blame, it would be refused again.
      if (events === 0 && (fate.reason === 'rejected' || fate.reason === 'too_large')) notices.giveUp(notice)
      else notices.giveBack(notice)
    }
    if (events === 0) reporting = false
    if (parcel === farewell?.parcel) farewell.done()
    batcher.pump()
  }

  function expire(nowMs: number): number {
    const old = queue.takeOlderThan(nowMs - MAX_AGE_MS)
    if (old.length > 0) drop(delivery.expiryReason, rangesOf(old), old.length)
    return queue.oldestPushedAtMs + MAX_AGE_MS
  }

  async function pack(): Promise<Parcel | null> {
    const entries = queue.take(batchEvents, MAX_BATCH_BYTES)
    packing = entries
    packingBytes = entries.reduce((sum, { bytes }) => sum + bytes, 0)
    const events = entries.map(({ item }) => item)
    // While the server is away a batch waits, and what it tells of drops would soon be old.
    const notice = delivery.troubledSinceMs === null ? notices.take() : NO_NOTICE
    const parcel = await make(events, notice, {
      ranges: rangesOf(entries),
      oldestAt: events.reduce((oldest, { time }) => Math.min(oldest, time), Infinity),
      pushedAtMs: entries[0]?.pushedAtMs ?? clock.monotonicMs(),
    })
    // When the lane has ended meanwhile, these events are booked.
    if (packing !== entries) return null
    packing = []
    packingBytes = 0
    if (parcel === null) drop('serialize_error', rangesOf(entries), entries.length)
    return parcel
  }

  async function packReport(closing: boolean): Promise<Parcel | null> {
    reporting = true
    const parcel = await make([], notices.take(), { ranges: [], oldestAt: clock.now(), pushedAtMs: clock.monotonicMs() }, closing)
    if (parcel === null) reporting = false
    return parcel
  }

  async function make(
    events: readonly ApiEvent[],
    notice: DropNotice,
    about: Pick<Parcel, 'ranges' | 'oldestAt' | 'pushedAtMs'>,
    closing = false,
  ): Promise<Parcel | null> {
    const snapshot = snapshotBooks(closing)
    try {
      const frozen = await freeze({ head: { ...options.head, books: snapshot }, events, stacks: stacks.take(), ...notice })
      return { ...about, frozen, events: events.length, notice, books: snapshot, attempts: 0, notBeforeMs: 0 }
    } catch (error) {
      notices.giveBack(notice)
      report('serialize_error', `Wayside could not encode a batch: ${String(error)}`)
      return null
    }
  }

  async function halve(parcel: Parcel): Promise<readonly [Parcel, Parcel]> {
    const [first, second] = await split(parcel.frozen)
    const events = parcel.events >> 1
    const [ranges, rest] = cutRanges(parcel.ranges, events)
    const fresh = { ...parcel, attempts: 0, notBeforeMs: 0 }
    return [
      { ...fresh, frozen: first, events, ranges },
      { ...fresh, frozen: second, events: parcel.events - events, ranges: rest, notice: NO_NOTICE },
    ]
  }

  function snapshotBooks(closing: boolean): Books {
    return {
      captured: captured(),
      dropped: books.dropped,
      shed: notices.shedEvents,
      settledBefore: notices.settledBefore,
      oldestPendingAt: oldestPendingAt(),
      spoolBytes: 0,
      closed: closing,
    }
  }

  /** Without the events of the batch that is being made: where it arrives, they are no longer pending. */
  function oldestPendingAt(): number | null {
    let oldest = Infinity
    for (const { item } of queue) oldest = Math.min(oldest, item.time)
    for (const { events, oldestAt } of delivery.parcels) if (events > 0) oldest = Math.min(oldest, oldestAt)
    return Number.isFinite(oldest) ? oldest : null
  }

  /** The server's last word on the books is not the last. */
  function hasNews(): boolean {
    if (captured() === 0 || reporting) return false
    if (told === null || notices.waiting) return true
    return told.captured !== captured() || told.settledBefore !== notices.settledBefore || countDropped(told) !== books.droppedEvents
  }

  function flush(timeoutMs: number, patient = true): Promise<FlushResult> {
    const outcome = watchers.watch(captured(), books.pending, timeoutMs, patient)
    outside(() => {
      batcher.flush()
      delivery.hurry()
    })
    return outcome
  }

  async function end(timeoutMs: number): Promise<void> {
    if (timeoutMs > 0 && captured() > 0 && books.pending === 0) await sayFarewell(timeoutMs)
    ended = true
    batcher.stop()
    for (const { ranges, events } of delivery.stop()) drop('shutdown_timeout', ranges, events)
    const left = [...packing, ...queue.take(Infinity, Infinity)]
    packing = []
    packingBytes = 0
    drop('shutdown_timeout', rangesOf(left), left.length)
    options.transport.close()
  }

  /** The last books; one attempt, since nobody should wait long for an end. */
  async function sayFarewell(timeoutMs: number): Promise<void> {
    const parcel = await packReport(true)
    if (parcel === null) return
    await new Promise<void>((resolve) => {
      // Holds the process, as a flush does: someone waits for it.
      const deadline = setTimeout(done, timeoutMs)
      function done(): void {
        clearTimeout(deadline)
        farewell = null
        resolve()
      }
      farewell = { parcel, done }
      outside(() => delivery.add(parcel))
    })
  }

  return {
    push(event, nowMs) {
      if (ended) return drop('shutdown_timeout', [{ from: event.seq, to: event.seq }], 1)
      queue.push(event, nowMs)
      batcher.pushed()
    },
    lose: (seq, reason) => drop(reason, [{ from: seq, to: seq }], 1),
    offerStack: stacks.offer,
    flush,
    end,
    stats: () => ({ name, delivered: books.delivered, pending: books.pending, dropped: books.dropped, shed: notices.shedEvents }),
  }
}

function rangesOf(entries: readonly Entry<ApiEvent>[]): SeqRange[] {
  return toRanges(entries.map(({ item }) => item.seq))
}

function countDropped({ dropped }: Books): number {
  return Object.values(dropped).reduce((sum, events) => sum + events, 0)
}
