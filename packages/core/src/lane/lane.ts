import type { ApiEvent, BatchHead, DropReason, ErrorStack } from '@wayside/protocol'
import type { Clock } from '../observe.ts'
import type { ProblemReporter } from '../problem-reporter.ts'
import type { SendResult } from '../send-result.ts'
import type { Spool, SpoolOptions } from '../spool/spool.ts'
import type { FlushResult } from './flush-watchers.ts'
import type { FrozenBatch, freezeBatch, splitFrozen } from './frozen-batch.ts'

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
  /** The process exits now: what waits goes to the spool, at once; without one, to connections that are open and idle. */
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
  /** The process exits now: hands a batch to an open connection that is idle, and waits for nothing. Returns whether there was one. */
  part(frozen: FrozenBatch): boolean
  /** No batch waits any longer for the one receiver that may have it already. */
  release(): void
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
