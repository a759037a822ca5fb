import type { Exchange, Observation } from './exchange.ts'

/** Records the exchanges of one app: what an adapter holds. None of its methods throws, blocks or rejects. */
export interface Recorder<Source> {
  /**
   * Starts to observe an exchange; it becomes an event when its response closes. `null` when nothing is to be
   * recorded: analytics are off, or a recorder with the same key already observes this exchange.
   */
  observe(exchange: Exchange<Source>): Observation | null
  /** Delivers what is queued. Resolves when all of it is delivered or the deadline has passed. */
  flush(deadline?: Deadline): Promise<FlushResult>
  /** Stops recording, then flushes. Closing again returns the same promise. */
  close(deadline?: Deadline): Promise<FlushResult>
  stats(): Stats
}

export interface Deadline {
  /**
   * Milliseconds to wait, 0 to 600,000.
   * @default 2000
   */
  readonly timeoutMs?: number
}

/** What became of the events that were queued when `flush` or `close` was called. */
export interface FlushResult {
  readonly delivered: number
  /** Still queued when the deadline passed; after `close` these are dropped and counted. */
  readonly pending: number
  readonly dropped: number
}

/** Cumulative counters of one recorder. */
export interface Stats {
  readonly captured: number
  readonly delivered: number
  readonly pending: number
  /** Drops by reason. */
  readonly dropped: Readonly<Record<string, number>>
  /** Mapper results that were thrown away, by mapper. */
  readonly mapperFaults: Readonly<Record<string, number>>
}
