import { AsyncResource } from 'node:async_hooks'
import { countSeqs, type ApiEvent, type BatchHead, type DropReason, type ErrorStack } from '@wayside/protocol'
import { createErrorStacks } from '../error-stacks.ts'
import type { Clock } from '../observe.ts'
import type { ProblemReporter } from '../problem-reporter.ts'
import type { SendResult } from '../send-result.ts'
import type { Spool, SpoolLoss, SpoolOptions } from '../spool/spool.ts'
import { createBatcher } from './batcher.ts'
import { createBooks } from './books.ts'
import { MAX_AGE_MS, createDelivery } from './delivery.ts'
import { isPrecious, sizeOfEvent } from './event-size.ts'
import type { FlushResult } from './flush-watchers.ts'
import { freezeBatch, producerOf, splitFrozen, type FrozenBatch } from './frozen-batch.ts'
import { createPacker, rangesOf, type SpoolLossOf } from './packer.ts'
import type { Parcel } from './parcel.ts'
import { createQueue } from './queue.ts'
import { createSpoolTraffic, type SpoolTraffic } from './spool-traffic.ts'

/** One receiver group's own way out: its queue, its delivery, its spool and its books. Nothing here throws or rejects. */
export interface Lane {
  /** Takes an event as it ends: cheap, and never in the way of the request. */
  push(event: ApiEvent, nowMs: number): void
  /** A captured event was lost before it could be pushed. */
  lose(seq: number, reason: DropReason): void
  /** Keeps the stack of an error for the next batch. */
  offerStack(stack: ErrorStack, nowMs: number): void
  /** Delivers now what waits. */
  flush(timeoutMs: number): Promise<FlushResult>
  /** The same before `end`: its last batch says that it is the last. */
  finish(timeoutMs: number): Promise<FlushResult>
  /** Tries once to deliver what waits, and tells the server that this producer has ended, so far as that is known. */
  lastCall(timeoutMs: number): Promise<void>
  /**
   * Tells the server that this producer has ended, if all was delivered, and gives up what is left: to the spool, where
   * there is one. Returns how many events went there.
   */
  end(timeoutMs: number): Promise<number>
  /** The process exits now: what waits goes to the spool, at once. Without one, nothing is done. */
  exit(): void
  stats(): LaneStats
}

/** Cumulative counters of what one receiver group gets. */
export interface LaneStats {
  /** Its addresses. */
  readonly name: string
  readonly delivered: number
  /** Neither delivered nor dropped. */
  readonly pending: number
  /** Of those, the ones that are on disk alone. */
  readonly spooled: number
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

/** How a lane gets its spool. */
export interface LaneSpool {
  /** Every batch is on disk before it is sent. */
  readonly always: boolean
  readonly open: (hooks: Pick<SpoolOptions, 'onDropped' | 'onAdopted' | 'onProblem'>) => Spool
}

export interface LaneOptions {
  /** What the operator calls the group. */
  readonly name: string
  readonly head: Omit<BatchHead, 'books'>
  /** Events captured so far, those of seqs below. */
  readonly captured: () => number
  readonly transport: LaneTransport
  readonly spool: LaneSpool | null
  /** Longest time of one `send`, milliseconds. */
  readonly attemptTimeoutMs: number
  readonly batchEvents: number
  readonly flushIntervalMs: number
  readonly maxQueueEvents: number
  readonly maxQueueBytes: number
  readonly report: ProblemReporter
  readonly clock: Clock
  readonly random: () => number
  readonly freeze?: typeof freezeBatch
  readonly split?: typeof splitFrozen
}

/** What frozen batches may take of the memory; the rest is the queue's, so that it can still choose what to shed. */
const FROZEN_SHARE = 0.75
/** Estimated, two bytes for a character: even if JSON escaped each one, the body would stay under the server's limit. */
const MAX_BATCH_BYTES = 2 * 1_024 * 1_024
/** With `always`, what is captured is on disk this soon: a kill loses less than 100 ms. */
const WRITE_AHEAD_MS = 70
/** The books are told at least so often while they change. */
const REPORT_INTERVAL_MS = 30_000

/** Opens a lane. Without a spool it sets no timer before the first event; none of its timers keeps the process alive. */
export function openLane(options: LaneOptions): Lane {
  const { name, captured, batchEvents, maxQueueEvents, maxQueueBytes, report, clock, random } = options
  const packsAhead = options.spool?.always === true
  // Timers and sockets made while a request is handled would carry its async context, and count as its upstream calls.
  const context = new AsyncResource('wayside.delivery', { requireManualDestroy: false })
  const outside = (work: () => void) => context.runInAsyncScope(work)
  const books = createBooks(captured, clock.monotonicMs)
  const stacks = createErrorStacks()
  /** A parcel that tells the books alone is being made or on its way. */
  let reporting = false
  /** Since when there is something to tell, monotonic milliseconds. */
  let newsSinceMs: number | null = null
  let farewell: { readonly parcel: Parcel; readonly done: () => void } | null = null
  let ending = false
  let ended = false

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
    isEnding: () => ending,
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
      if (parcel.events === 0 && parcel.origin === 'live') reporting = false
      if (parcel === farewell?.parcel) farewell.done()
    },
    onFailure(kind, reason) {
      report(kind === 'retry' ? 'unavailable' : kind, `Wayside cannot deliver to ${name}: ${reason}`)
      books.attemptFailed()
      farewell?.done()
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
    reportAtMs,
    expire,
    async pack() {
      const parcel = await packer.pack()
      if (parcel !== null) await traffic?.writeAhead(parcel)
      return parcel
    },
    report: () => packReport(false),
    onPacked(parcel) {
      if (!ended) delivery.add(parcel)
      else if (parcel.place === null) giveUp([parcel])
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

  function pump(): void {
    batcher.pump()
    traffic?.pump()
  }

  /** Batches tell the books too: only what no batch has told for so long is told by itself. */
  function reportAtMs(): number {
    newsSinceMs = books.hasNews ? (newsSinceMs ?? clock.monotonicMs()) : null
    return reporting || newsSinceMs === null ? Infinity : Math.max(newsSinceMs, books.toldAtMs) + REPORT_INTERVAL_MS
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
    if (parcel !== null && !ended) outside(() => delivery.add(parcel))
  }

  async function packReport(closed: boolean): Promise<Parcel | null> {
    reporting = true
    const parcel = await packer.packReport(closed)
    if (parcel === null) reporting = false
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

  function finish(timeoutMs: number): Promise<FlushResult> {
    ending = true
    return flush(timeoutMs)
  }

  async function lastCall(timeoutMs: number): Promise<void> {
    const untilMs = clock.monotonicMs() + timeoutMs
    ending = true
    await flush(timeoutMs, false)
    await sayFarewell(untilMs - clock.monotonicMs())
    // The process may live on.
    ending = false
  }

  async function end(timeoutMs: number): Promise<number> {
    await sayFarewell(timeoutMs)
    const spooledBefore = books.spooled
    ended = true
    batcher.stop()
    traffic?.stop()
    const left = delivery.stop().filter(({ origin }) => origin === 'live')
    if (traffic === null) giveUp(left)
    else await leave(traffic, left)
    await spool?.close()
    options.transport.close()
    return books.pending - spooledBefore
  }

  function giveUp(parcels: readonly Parcel[]): void {
    for (const { ranges, events } of parcels) books.drop('shutdown_timeout', ranges, events)
    const rest = packer.takeRest()
    books.drop('shutdown_timeout', rest, countSeqs(rest))
  }

  /** Leaves to the spool what a later process can deliver. */
  async function leave(to: SpoolTraffic, parcels: readonly Parcel[]): Promise<void> {
    giveUp(await to.leave([...parcels.filter(({ events }) => events > 0), ...(await packer.packRest())]))
    if (!books.hasNews) return
    const report = await packer.packReport(true)
    if (report !== null) await to.leave([report])
  }

  function exit(): void {
    if (traffic === null || ended) return
    ended = true
    try {
      leaveSync(traffic)
    } catch (error) {
      report('internal_error', `Wayside could not save its queue: ${String(error)}`)
    }
  }

  function leaveSync(to: SpoolTraffic): void {
    const frozen = delivery.parcels
      .filter((parcel) => parcel.origin === 'live' && parcel.events > 0 && !to.holds(parcel))
      .sort((a, b) => a.pushedAtMs - b.pushedAtMs)
    const packed: Parcel[] = []
    const written = to.leaveSync(
      (function* () {
        yield* frozen
        for (const parcel of packer.packRestSync()) {
          packed.push(parcel)
          yield parcel
        }
      })(),
    )
    giveUp([...frozen, ...packed].slice(written))
    if (books.hasNews) to.leaveSync([packer.packReportSync(true)])
  }

  /** The last books, when all is delivered and the last batch did not tell them; one attempt, since nobody should wait long for an end. */
  async function sayFarewell(timeoutMs: number): Promise<void> {
    if (timeoutMs <= 0 || captured() === 0 || books.pending > 0 || books.isClosed || delivery.readyAtMs > clock.monotonicMs()) return
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
      if (ended) return books.drop('shutdown_timeout', [{ from: event.seq, to: event.seq }], 1)
      queue.push(event, nowMs)
      batcher.pushed()
    },
    lose: (seq, reason) => books.drop(reason, [{ from: seq, to: seq }], 1),
    offerStack: stacks.offer,
    flush: (timeoutMs) => flush(timeoutMs, true),
    finish,
    lastCall,
    end,
    exit,
    stats: () => ({ name, delivered: books.delivered, pending: books.pending, spooled: books.spooled, dropped: books.dropped, shed: books.shedEvents }),
  }
}
