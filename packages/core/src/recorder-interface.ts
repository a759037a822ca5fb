import type { Deadline } from './deadline.ts'
import type { Exchange, Observation } from './exchange.ts'
import type { FlushResult } from './lane/flush-watchers.ts'
import type { LaneStats } from './lane/lane.ts'

/** Records the exchanges of one app: what an adapter holds. None of its methods throws, blocks or rejects. */
export interface Recorder<Source> {
  /** `false` when analytics are off: an adapter then leaves its framework untouched. */
  readonly enabled: boolean
  /**
   * Starts to observe an exchange; it becomes an event when its response closes. `null` when nothing is to be
   * recorded: analytics are off, or a recorder with the same key already observes this exchange.
   */
  observe(exchange: Exchange<Source>): Observation | null
  /** Delivers what is queued. Resolves when all of it is delivered or the deadline has passed. */
  flush(deadline?: Deadline): Promise<FlushResult>
  /**
   * Observes no new exchange, and delivers what waits and what ends meanwhile. Closing again returns the same promise.
   */
  close(deadline?: Deadline): Promise<FlushResult>
  stats(): Stats
}

/**
 * Cumulative counters of one recorder. With several receiver groups, what the group tells that is worst off; `receivers`
 * tells each.
 */
export interface Stats {
  readonly captured: number
  readonly delivered: number
  /** Neither delivered nor dropped. */
  readonly pending: number
  /** Of those, the ones that are on disk alone. */
  readonly spooled: number
  /** Drops by reason. */
  readonly dropped: Readonly<Record<string, number>>
  /** How many of the drops for `queue_overflow` still count by endpoint, method and status. */
  readonly shed: number
  /** Each group's counters, where there are several. */
  readonly receivers?: readonly LaneStats[]
  /** Mapper results that were thrown away, by mapper. */
  readonly mapperFaults: Readonly<Record<string, number>>
}
