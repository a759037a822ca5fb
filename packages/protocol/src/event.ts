/**
 * How much of the client's address is kept.
 * 0: the IP and its country; 1: the IP's network (IPv4 /24, IPv6 /48) leaves the SDK, only the country is stored;
 * 2: the IP is never read.
 */
export type PrivacyLevel = 0 | 1 | 2

/** Whether the client got the whole response, left during it, or left before its headers. */
export type Outcome = 'completed' | 'aborted_before_headers' | 'aborted_mid_body'

/** Every outcome, in the order of its number on the wire. */
export const OUTCOMES = ['completed', 'aborted_before_headers', 'aborted_mid_body'] as const satisfies readonly Outcome[]

/** The status that an aborted exchange is recorded with; what the app would have answered means nothing. */
export const ABORTED_STATUS = 499

/** What a privacy level leaves of a client's address; text such as `203.0.113.7` or, at level 1, `203.0.113.0/24`. */
export type ClientAddress<Level extends PrivacyLevel> = Level extends 2 ? null : string | null

/**
 * The cleaned record of one exchange, which leaves the process. Times are milliseconds since 1970 in UTC, durations
 * microseconds, sizes bytes of the body. `null` means unknown or not applicable. Lengths are bounded by `LIMITS`.
 */
export interface ApiEvent<Level extends PrivacyLevel = PrivacyLevel> {
  /** Counts the events that a producer captured, dropped ones too; with the producer's id it names the event. */
  readonly seq: number
  /** When the exchange began. */
  readonly time: number
  /** As sent, in capitals for the methods that HTTP defines. */
  readonly method: string
  /** The template as registered, mounts included, such as `/users/:id`; `null` when nothing matched. */
  readonly route: string | null
  /** The concrete path, without the query string. */
  readonly path: string
  readonly host: string | null
  /** 100 to 599; 499 when the exchange was aborted. */
  readonly status: number
  readonly outcome: Outcome
  readonly durationUs: number | null
  /** Union of the intervals during which at least one outgoing request of this exchange was under way. */
  readonly upstreamUs: number | null
  /** Outgoing requests that this exchange made. */
  readonly upstreamCount: number | null
  readonly requestBytes: number | null
  readonly responseBytes: number | null
  readonly ip: ClientAddress<Level>
  readonly userAgent: string | null
  readonly userId: string | null
  /** Hash made in the SDK's process; the key itself never leaves it. */
  readonly apiKeyHash: string | null
  readonly oauthClientId: string | null
  /** Name of the error's class, such as `TypeError`. */
  readonly errorClass: string | null
  /** Same for errors thrown at the same place. */
  readonly errorFingerprint: string | null
  /** Only when the host asked for messages. */
  readonly errorMessage: string | null
  readonly tags: Readonly<Record<string, string>> | null
}

/** One bounded stack of an error; sent once an hour for each fingerprint. */
export interface ErrorStack {
  readonly fingerprint: string
  readonly errorClass: string
  /** Innermost first, such as `loadUser (src/users.ts:12:9)`; paths inside the working directory are relative to it. */
  readonly frames: readonly string[]
}
