import { AsyncResource } from 'node:async_hooks'
import type { ApiEvent } from '@wayside/protocol'
import { createErrorStacks } from '../error-stacks.ts'
import type { SpoolLoss } from '../spool/spool.ts'
import { createBatcher } from './batcher.ts'
import { createBooks } from './books.ts'
import { MAX_AGE_MS, createDelivery } from './delivery.ts'
import { createLaneEnd } from './end-lane.ts'
import { isPrecious, sizeOfEvent } from './event-size.ts'
import type { FlushResult } from './flush-watchers.ts'
import { freezeBatch, producerOf, splitFrozen } from './frozen-batch.ts'
import type { Lane, LaneOptions } from './lane.ts'
import { createPacker, rangesOf, type SpoolLossOf } from './packer.ts'
import type { Parcel } from './parcel.ts'
import { createQueue } from './queue.ts'
import { createSpoolTraffic, type SpoolTraffic } from './spool-traffic.ts'

/** What frozen batches may take of the memory; the rest is the queue's, so that it can still choose what to shed. */
const FROZEN_SHARE = 0.75
/** Estimated, two bytes for a character: even if JSON escaped each one, the body would stay under the server's limit. */
const MAX_BATCH_BYTES = 2 * 1_024 * 1_024
/** With `always`, what is captured is on disk this soon: a kill loses less than 100 ms. */
const WRITE_AHEAD_MS = 70
/** The books are told at least so often while they change. */
const HEARTBEAT_MS = 30_000

/** Opens a lane. Without a spool it sets no timer before the first event; none of its timers keeps the process alive. */
export function openLane(options: LaneOptions): Lane {
  const { name, captured, batchEvents, maxQueueEvents, maxQueueBytes, report, clock, random } = options
  const packsAhead = options.spool?.always === true
  // Timers and sockets made while a request is handled would carry its async context, and count as its upstream calls.
  const context = new AsyncResource('wayside.delivery', { requireManualDestroy: false })
  const outside = (work: () => void) => context.runInAsyncScope(work)
  const books = createBooks(captured, clock.monotonicMs)
  const stacks = createErrorStacks()
  /** A heartbeat is being made or on its way. */
  let beating = false
  /** Since when there is something to tell, monotonic milliseconds. */
  let newsSinceMs: number | null = null

  const queue = createQueue<ApiEvent>({
    maxItems: maxQueueEvents,
    roomBytes: () => maxQueueBytes - packer.bytes - delivery.bytes,
    sizeOf: sizeOfEvent,
    isPrecious,
    onOverflow(event) {
      books.shed(event)
      report('queue_overflow', `Wayside's queue for ${name} is full; events are left out, their counts are kept`)
    },
  })
  const packer = createPacker({
    queue,
    books,
    head: options.head,
    batchEvents,
    maxBatchBytes: MAX_BATCH_BYTES,
    state: () => ({ oldestPendingAt: oldestPendingAt(), spoolBytes: spool?.stats().bytes ?? 0 }),
    isTroubled: () => delivery.troubledSinceMs !== null,
    isEnding: () => ending.isNear,
    takeStacks: stacks.take,
    onFault: (error) => report('serialize_error', `Wayside could not encode a batch: ${String(error)}`),
    clock,
    freeze: options.freeze ?? freezeBatch,
    split: options.split ?? splitFrozen,
  })
  const delivery = createDelivery({
    send: options.transport.send,
    attemptTimeoutMs: options.attemptTimeoutMs,
    async split(parcel) {
      const halves = await packer.split(parcel)
      traffic?.forget(parcel)
      return halves
    },
    onSettled(parcel, fate) {
      books.settle(parcel, fate)
      const { origin, events, ranges } = parcel
      if (origin === 'orphan' && events > 0 && fate.kind === 'dropped') void tellLoss({ producerId: producerOf(parcel.frozen), reason: fate.reason, events, ranges })
      traffic?.settled(parcel)
      if (parcel.events === 0 && parcel.origin === 'live') beating = false
      ending.heard(parcel)
    },
    onFailure(kind, reason) {
      report(kind === 'retry' ? 'unavailable' : kind, `Wayside cannot deliver to ${name}: ${reason}`)
      books.attemptFailed()
      ending.heard(null)
    },
    onChange: pump,
    isAwaited: () => books.isAwaited,
    clock,
    random,
  })
  const batcher = createBatcher({
    queued: () => queue.size,
    isFull: () => queue.size >= Math.min(batchEvents, maxQueueEvents / 2) || queue.bytes >= Math.min(MAX_BATCH_BYTES, maxQueueBytes / 4),
    hasRoom: () => delivery.bytes < maxQueueBytes * FROZEN_SHARE,
    sendableAtMs: () => delivery.readyAtMs,
    heartbeatAtMs,
    expire,
    async pack() {
      const parcel = await packer.pack()
      if (parcel !== null) await traffic?.writeAhead(parcel)
      return parcel
    },
    heartbeat,
    onPacked(parcel) {
      if (ending.isOver) ending.giveUp(parcel)
      else delivery.add(parcel)
    },
    flushIntervalMs: packsAhead ? Math.min(WRITE_AHEAD_MS, options.flushIntervalMs) : options.flushIntervalMs,
    packsAhead,
    outside,
    monotonicMs: clock.monotonicMs,
    random,
  })
  const spool = options.spool?.open({ onDropped: bookSpoolLoss, onAdopted: () => traffic?.adopted(), onProblem: report }) ?? null
  const traffic: SpoolTraffic | null =
    spool &&
    createSpoolTraffic({
      spool,
      producerId: options.head.producerId,
      always: packsAhead,
      delivery,
      isCrowded: () => queue.bytes + packer.bytes + delivery.bytes > maxQueueBytes / 2,
      onSpilled: books.spill,
      clock,
    })

  const ending = createLaneEnd({
    ...{ books, packer, batcher, delivery, spool, traffic, report, outside },
    transport: options.transport,
    monotonicMs: clock.monotonicMs,
  })

  function pump(): void {
    batcher.pump()
    traffic?.pump()
  }

  /** Batches tell the books too: only what no batch has told for so long is told by itself. */
  function heartbeatAtMs(): number {
    newsSinceMs = books.hasNews ? (newsSinceMs ?? clock.monotonicMs()) : null
    return beating || newsSinceMs === null ? Infinity : Math.max(newsSinceMs, books.toldAtMs) + HEARTBEAT_MS
  }

  function expire(nowMs: number): number {
    const old = queue.takeOlderThan(nowMs - MAX_AGE_MS)
    if (old.length > 0) books.drop(delivery.expiryReason, rangesOf(old), old.length)
    return queue.oldestPushedAtMs + MAX_AGE_MS
  }

  /** Without the events of a batch that is being made: where it arrives, they are no longer pending. */
  function oldestPendingAt(): number | null {
    let oldest = spool?.stats().oldestAt ?? Infinity
    for (const { item } of queue) oldest = Math.min(oldest, item.time)
    for (const { oldestAt } of delivery.parcels) oldest = Math.min(oldest, oldestAt)
    return Number.isFinite(oldest) ? oldest : null
  }

  function bookSpoolLoss(loss: SpoolLoss): void {
    report(loss.reason, `Wayside's spool for ${name} has lost ${loss.events} events`)
    if (loss.producerId === options.head.producerId) books.dropSpooled(loss.reason, loss.ranges, loss.events)
    else void tellLoss(loss)
  }

  /** What a producer that is gone has lost here is told in its name, so that its books balance. */
  async function tellLoss(loss: SpoolLossOf): Promise<void> {
    const parcel = await packer.packLoss(loss)
    if (parcel !== null && !ending.isOver) outside(() => delivery.add(parcel))
  }

  async function heartbeat(): Promise<Parcel | null> {
    beating = true
    const parcel = await packer.packHeartbeat(false)
    if (parcel === null) beating = false
    return parcel
  }

  /** Without patience the first failure ends it. */
  function flush(timeoutMs: number, patient = true): Promise<FlushResult> {
    const outcome = books.watch(timeoutMs, patient)
    outside(() => {
      batcher.flush()
      delivery.hurry()
    })
    return outcome
  }

  async function lastCall(timeoutMs: number): Promise<void> {
    const untilMs = clock.monotonicMs() + timeoutMs
    ending.prepare()
    await flush(timeoutMs, false)
    await ending.sayFarewell(untilMs - clock.monotonicMs())
    // The process may live on.
    ending.goOn()
  }

  return {
    push(event, nowMs) {
      if (ending.isOver) return books.drop('shutdown_timeout', [{ from: event.seq, to: event.seq }], 1)
      queue.push(event, nowMs)
      batcher.pushed()
    },
    lose: (seq, reason) => books.drop(reason, [{ from: seq, to: seq }], 1),
    offerStack: stacks.offer,
    flush: (timeoutMs) => flush(timeoutMs, true),
    finish(timeoutMs) {
      ending.prepare()
      return flush(timeoutMs)
    },
    lastCall,
    end: ending.end,
    exit: ending.exit,
    stats: () => ({ name, delivered: books.delivered, pending: books.pending, spooled: books.spooled, dropped: books.dropped, shed: books.shedEvents }),
  }
}
