import type { ConsumerKind } from '@wayside/protocol'

/**
 * One event as it is journaled and stored: cleaned to its privacy level, enriched, with its consumer decided. Plain
 * values only, so that a journal line is its JSON. `null` means unknown; times are milliseconds since 1970.
 */
export interface StoredEvent {
  /** Ascending in the order of acknowledgement, unique in this server; with `time` the cursor of a request list. */
  readonly id: number
  readonly projectId: number
  /** When the exchange began, corrected where the producer's clock was wrong. */
  readonly time: number
  readonly receivedAt: number
  /** Whether `time` was corrected. */
  readonly timeAdjusted: boolean
  /** What the producer's clock said, where `time` was corrected. */
  readonly wallTime: number | null
  readonly method: string
  readonly route: string | null
  readonly path: string
  readonly host: string | null
  readonly status: number
  /** Index into the protocol's `OUTCOMES`. */
  readonly outcome: number
  readonly durationUs: number | null
  /** `toLatencyBucket(durationUs)`, computed once here so that every engine counts the same. */
  readonly latencyBucket: number | null
  readonly upstreamUs: number | null
  readonly upstreamCount: number | null
  readonly requestBytes: number | null
  readonly responseBytes: number | null
  /** Present at privacy level 0 only. */
  readonly ip: string | null
  /** ISO 3166-1 alpha-2; absent at privacy level 2. */
  readonly country: string | null
  readonly userAgent: string | null
  readonly client: string | null
  readonly clientVersion: string | null
  readonly os: string | null
  readonly device: string | null
  /** Whether the client is a crawler, a monitor or an AI agent. */
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
  readonly errorFingerprint: string | null
  readonly errorMessage: string | null
  readonly tags: Readonly<Record<string, string>> | null
}
