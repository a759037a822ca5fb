import type { DropReason } from './books.ts'

/**
 * Where captured events have gone. Each is in exactly one of these, so that
 * `captured = stored + shed + dropped + rejected + elsewhere + lost + pending`.
 */
export interface EventAccount {
  readonly captured: number
  readonly stored: number
  /** Given up by a full queue, but counted by endpoint and status. */
  readonly shed: number
  /** Told to the server as dropped. */
  readonly dropped: number
  /** Refused by the server as no event. */
  readonly rejected: number
  /**
   * Settled with another server, as far as this one can know: with another receiver of the producer's group, or before
   * this server first heard of the producer.
   */
  readonly elsewhere: number
  /** Neither stored nor told as dropped, though the producer knows nothing of them any more. */
  readonly lost: number
  /** Not settled yet: with the producer, on their way, or in its spool. */
  readonly pending: number
}

/**
 * `live`: heard of within ten minutes. `closed`: it said that it stops. `silent`: neither; its process was killed, or
 * cannot reach this server.
 */
export const PRODUCER_STATES = ['live', 'closed', 'silent'] as const
export type ProducerState = (typeof PRODUCER_STATES)[number]

/** One start of one process or worker: what it told and what came of it. Instants are milliseconds since 1970. */
export interface Producer extends EventAccount {
  /** 32 hexadecimal digits. */
  readonly producerId: string
  readonly sdk: string
  readonly framework: string
  readonly environment: string | null
  readonly service: string | null
  readonly serviceVersion: string | null
  readonly instance: string | null
  readonly state: ProducerState
  readonly firstSeenAt: number
  readonly lastSeenAt: number
  /** Pending events of a producer that is not live. They may still arrive when `spoolBytes` is not 0, or in its last requests. */
  readonly unaccounted: number
  /** When the oldest pending event began, as far as the producer told; `null` when nothing is late. */
  readonly pendingSince: number | null
  /** Bytes that waited on the producer's disk when it was last heard of. */
  readonly spoolBytes: number
  /** The producer's own count of what it dropped, rejected and shed events included. */
  readonly droppedByReason: Readonly<Partial<Record<DropReason, number>>>
  /** Events that came again and were left out. */
  readonly duplicates: number
  /** Events that came so late that nobody could say whether they were known, and were left out. */
  readonly expired: number
  /** Events that another receiver may hold too. */
  readonly ambiguous: number
  /** Ascending; the earliest are joined where there are many. */
  readonly gaps: readonly LossGap[]
}

/** Events that were lost together. A gap closes when they arrive after all. */
export interface LossGap {
  /** First and last seq, both included; what lies between and is known does not count. */
  readonly from: number
  readonly to: number
  readonly events: number
  /** When the server knew that they are lost. */
  readonly noticedAt: number
  /** They were captured after this instant and before the next; `null` where nothing earlier is known. */
  readonly after: number | null
  readonly before: number
}

/** The producers of a project, and their sum. */
export interface ProducersReport {
  /** All that was acknowledged before this instant is in this answer. */
  readonly completeUntil: number
  /** All producers that this server remembers. */
  readonly summary: EventAccount & {
    readonly producers: number
    readonly unaccounted: number
    readonly pendingSince: number | null
    readonly droppedByReason: Readonly<Partial<Record<DropReason, number>>>
    readonly duplicates: number
    readonly expired: number
    readonly ambiguous: number
  }
  /** Last heard of first. */
  readonly producers: readonly Producer[]
}

/** What is missing in a period, so that a page need not look as if nothing were. */
export interface DeliveryNotice {
  /** Events captured in the period that were lost. */
  readonly lost: number
  /** Events that producers dropped in the period, but for shed ones, which totals contain. */
  readonly dropped: number
  /** Events of producers that went silent in the period without saying what became of them. */
  readonly unaccounted: number
  /** When the oldest event began that waits for longer than a minute; `null` when none does. */
  readonly pendingSince: number | null
  /** The producers that have such events, longest first; at most 5. */
  readonly late: readonly LateProducer[]
}

export interface LateProducer {
  readonly producerId: string
  readonly service: string | null
  readonly instance: string | null
  readonly pendingSince: number
}
