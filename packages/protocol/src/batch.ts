import type { Books } from './books.ts'
import type { ApiEvent, ErrorStack, PrivacyLevel } from './event.ts'
import type { SeqRange, WireRanges } from './seq-range.ts'
import type { ShedWindow, WireShedWindow } from './shed-window.ts'

/** The version of the wire format that this code writes. A server accepts this one and the one before. */
export const WIRE_VERSION = 1

/** What all events of a batch share: who sends it, for which deployment, at which privacy level. */
export interface BatchHead {
  /** 32 hexadecimal digits, random for each start of a process or worker. */
  readonly producerId: string
  readonly privacyLevel: PrivacyLevel
  /** Package and version, such as `@wayside/express/1.2.3`. */
  readonly sdk: string
  readonly framework: string
  readonly environment: string | null
  readonly service: string | null
  readonly serviceVersion: string | null
  readonly instance: string | null
  readonly books: Books
}

/**
 * Events under one head, as values. At most `LIMITS.batchEvents` events, in ascending `seq`; none in a heartbeat, which
 * tells the books alone.
 */
export interface Batch {
  readonly head: BatchHead
  readonly events: readonly ApiEvent[]
  readonly stacks: readonly ErrorStack[]
  /** Seqs of events that were dropped without a trace but their count; at most `LIMITS.seqRanges` ranges. */
  readonly droppedSeqs: readonly SeqRange[]
  /** At most `LIMITS.shedWindows` windows with `LIMITS.shedRows` rows together. */
  readonly shed: readonly ShedWindow[]
}

/** A column of numbers: one for each event, one for all, or absent where every event has `null`. */
export type NumberColumn = readonly (number | null)[] | number

/** A column of texts: one for all, one for each, or distinct values and an index into them; absent where all are `null`. */
export type TextColumn =
  | string
  | readonly (string | null)[]
  | { readonly values: readonly (string | null)[]; readonly index: readonly number[] }

/**
 * Members that repeat together, such as all that names a client: the distinct combinations, and which one each event
 * has. A member's column has one text for each combination.
 */
export interface WireGroup<Member extends string> {
  /** Combinations. */
  readonly n: number
  /** Each event's combination; absent when there is one. */
  readonly index?: readonly number[]
  readonly members: { readonly [Name in Member]?: TextColumn }
}

/**
 * A batch as it travels: JSON by columns. Repeated texts are sent once, and like stands beside like, which compresses
 * to a fraction of what rows need. Absent members are `null`.
 */
export interface WireBatch {
  readonly v: typeof WIRE_VERSION
  readonly producer: string
  readonly level: PrivacyLevel
  readonly sdk: string
  readonly framework: string
  readonly environment?: string
  readonly service?: string
  readonly serviceVersion?: string
  readonly instance?: string
  readonly books: Books
  readonly droppedSeqs?: WireRanges
  readonly shed?: readonly WireShedWindow[]
  /** Events in this batch. */
  readonly n: number
  /** The first seq where they are contiguous; else each one's distance from the one before, the first absolute. */
  readonly seq: number | readonly number[]
  /** Each event's distance in milliseconds from the one before; the first is absolute. */
  readonly time: readonly number[]
  readonly columns: WireColumns
  readonly stacks?: readonly ErrorStack[]
}

/** The members of events that travel together in a group, by the group's name. */
export const WIRE_GROUPS = {
  endpoint: ['method', 'route'],
  client: ['host', 'ip', 'userAgent', 'userId', 'apiKeyHash', 'oauthClientId'],
  error: ['errorClass', 'errorFingerprint', 'errorMessage'],
} as const satisfies Record<string, readonly (keyof ApiEvent)[]>

/** Groups and columns; a column has the name of the event's member. */
export interface WireColumns {
  readonly endpoint?: WireGroup<(typeof WIRE_GROUPS.endpoint)[number]>
  readonly client?: WireGroup<(typeof WIRE_GROUPS.client)[number]>
  readonly error?: WireGroup<(typeof WIRE_GROUPS.error)[number]>
  /** In the short form of `toShortPath`. */
  readonly path?: TextColumn
  readonly status?: NumberColumn
  /** Index into `OUTCOMES`; absent when all completed. */
  readonly outcome?: NumberColumn
  readonly durationUs?: NumberColumn
  readonly upstreamUs?: NumberColumn
  readonly upstreamCount?: NumberColumn
  readonly requestBytes?: NumberColumn
  readonly responseBytes?: NumberColumn
  /** Each distinct set as JSON text. */
  readonly tags?: TextColumn
}

/** The server's answer to a batch: 200 means that what it accepted is on disk. */
export interface BatchReceipt {
  readonly ack: 'durable'
  readonly accepted: number
  /** Events that an earlier delivery of the same batch had brought. */
  readonly duplicates: number
  readonly rejected: readonly RejectedEvent[]
  /** The server is near its limits: the sender's next batch should wait so long. Absent when it is at ease. */
  readonly throttle?: { readonly retryAfterMs: number }
}

/** One event that the server cannot store; sending it again does not help. */
export interface RejectedEvent {
  readonly seq: number
  /** The event's member that is wrong. */
  readonly field: string
  readonly reason: string
}
