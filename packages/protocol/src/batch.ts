import type { Books } from './books.ts'
import type { ApiEvent, ErrorStack, PrivacyLevel } from './event.ts'

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

/** Events under one head, as values. At most `LIMITS.batchEvents` events, in ascending `seq`. */
export interface Batch {
  readonly head: BatchHead
  readonly events: readonly ApiEvent[]
  readonly stacks: readonly ErrorStack[]
}

/** A column of numbers: one for each event, one for all, or absent where every event has `null`. */
export type NumberColumn = readonly (number | null)[] | number

/** A column of texts: distinct values and an index into them for each event, one text for all, or absent. */
export type TextColumn = { readonly values: readonly (string | null)[]; readonly index: readonly number[] } | string

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
  /** Events in this batch. */
  readonly n: number
  /** The first seq where they are contiguous; else each one's distance from the one before, the first absolute. */
  readonly seq: number | readonly number[]
  /** Each event's distance in milliseconds from the one before; the first is absolute. */
  readonly time: readonly number[]
  readonly columns: WireColumns
  readonly stacks?: readonly ErrorStack[]
}

/** Columns by the event's member; `tags` holds each distinct set as JSON text. */
export interface WireColumns {
  readonly method?: TextColumn
  readonly route?: TextColumn
  /** Where a path equals its event's route it is `null` here. */
  readonly path?: TextColumn
  readonly host?: TextColumn
  readonly status?: NumberColumn
  /** Index into `OUTCOMES`; absent when all completed. */
  readonly outcome?: NumberColumn
  readonly durationUs?: NumberColumn
  readonly upstreamUs?: NumberColumn
  readonly upstreamCount?: NumberColumn
  readonly requestBytes?: NumberColumn
  readonly responseBytes?: NumberColumn
  readonly ip?: TextColumn
  readonly userAgent?: TextColumn
  readonly userId?: TextColumn
  readonly apiKeyHash?: TextColumn
  readonly oauthClientId?: TextColumn
  readonly errorClass?: TextColumn
  readonly errorFingerprint?: TextColumn
  readonly errorMessage?: TextColumn
  readonly tags?: TextColumn
}

/** The server's answer to a batch: 200 means that what it accepted is on disk. */
export interface BatchReceipt {
  readonly ack: 'durable'
  readonly accepted: number
  /** Events that an earlier delivery of the same batch had brought. */
  readonly duplicates: number
  readonly rejected: readonly RejectedEvent[]
}

/** One event that the server cannot store; sending it again does not help. */
export interface RejectedEvent {
  readonly seq: number
  /** The event's member that is wrong. */
  readonly field: string
  readonly reason: string
}
