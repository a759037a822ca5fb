import type { Outcome } from './event.ts'
import type { ConsumerKind } from './overview.ts'

/** One stored request, as the API shows it. `null` is unknown; instants are milliseconds since 1970. */
export interface StoredRequest {
  /** With `time` it names the request: `GET /api/v1/request`. */
  readonly id: number
  /** When it began. */
  readonly time: number
  /** Whether the sender's clock was wrong and `time` was corrected. */
  readonly timeAdjusted: boolean
  /** What the sender's clock said, where `time` was corrected. */
  readonly wallTime: number | null
  readonly method: string
  /** The template that matched; `null` when none did. */
  readonly route: string | null
  readonly path: string
  readonly host: string | null
  /** 499 when the client left. */
  readonly status: number
  readonly outcome: Outcome
  readonly durationUs: number | null
  /** Microseconds during which outgoing requests were under way, and how many these were. */
  readonly upstreamUs: number | null
  readonly upstreamCount: number | null
  readonly requestBytes: number | null
  readonly responseBytes: number | null
  /** At privacy level 0 only. */
  readonly ip: string | null
  /** ISO 3166-1 alpha-2. */
  readonly country: string | null
  readonly userAgent: string | null
  readonly client: string | null
  readonly clientVersion: string | null
  readonly os: string | null
  readonly device: string | null
  readonly bot: boolean
  readonly userId: string | null
  readonly apiKeyHash: string | null
  readonly oauthClientId: string | null
  readonly consumerKind: ConsumerKind
  readonly consumer: string | null
  readonly framework: string
  readonly environment: string | null
  readonly service: string | null
  readonly serviceVersion: string | null
  readonly instance: string | null
  readonly errorClass: string | null
  /** The same for errors thrown at the same place. */
  readonly errorFingerprint: string | null
  /** Only where the app asked for messages. */
  readonly errorMessage: string | null
  readonly tags: Readonly<Record<string, string>> | null
}

/** One page of single requests. */
export interface RequestsPage {
  readonly requests: readonly StoredRequest[]
  /** `null` on the last page. */
  readonly nextCursor: string | null
  /** The project lists no requests from before, milliseconds since 1970; `null` where it lists all. */
  readonly listedSince: number | null
}

/** What happens now, as `GET /api/v1/live` tells it each second. */
export interface LiveState {
  /** Of the server's clock, milliseconds since 1970. */
  readonly time: number
  /** Requests that began within the last minute. */
  readonly lastMinute: {
    readonly requests: number
    readonly success: number
    readonly redirect: number
    readonly clientErrors: number
    readonly serverErrors: number
    /** Milliseconds; `null` where nothing was measured. */
    readonly p95: number | null
  }
  /** Requests that arrived since the state before, the last 100 of them, in the order of arrival. */
  readonly requests: readonly LiveRequest[]
}

export type LiveRequest = Pick<StoredRequest, 'id' | 'time' | 'method' | 'route' | 'path' | 'status' | 'durationUs' | 'consumer' | 'country' | 'client'>

/** Where an error was thrown, as an app last told. */
export interface ThrownStack {
  readonly errorClass: string
  /** Function, file, line and column, the innermost first. */
  readonly frames: readonly string[]
  /** When it was told, milliseconds since 1970: once an hour while the error goes on. */
  readonly seenAt: number
}
