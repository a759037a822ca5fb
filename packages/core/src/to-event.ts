import { LIMITS, boundText, type ApiEvent } from '@wayside/protocol'
import type { Measured } from './observe.ts'

/** What is known of a closed exchange besides what was measured; texts may still be of any length. */
export interface Described {
  readonly method: string
  readonly route: string | null
  readonly path: string
  readonly host: string | null
  readonly ip: string | null
  readonly upstreamUs: number | null
  readonly upstreamCount: number | null
  readonly userAgent: string | null
  readonly userId: string | null
  readonly apiKeyHash: string | null
  readonly oauthClientId: string | null
  readonly errorClass: string | null
  readonly errorFingerprint: string | null
  readonly errorMessage: string | null
  readonly tags: ReadonlyMap<string, string> | null
}

/** Makes the event: every text is cut to its limit. */
export function toEvent(seq: number, measured: Measured, described: Described): ApiEvent {
  return {
    seq,
    time: toInstant(measured.startedAt),
    method: boundText(described.method, LIMITS.methodLength),
    route: boundOrNull(described.route, LIMITS.routeLength),
    path: boundText(described.path, LIMITS.pathLength),
    host: boundOrNull(described.host, LIMITS.hostLength),
    status: measured.status,
    outcome: measured.outcome,
    durationUs: measured.durationUs > LIMITS.durationUs ? null : measured.durationUs,
    upstreamUs: described.upstreamUs,
    upstreamCount: described.upstreamCount,
    requestBytes: measured.requestBytes,
    responseBytes: measured.responseBytes,
    ip: described.ip,
    userAgent: boundOrNull(described.userAgent, LIMITS.userAgentLength),
    userId: boundOrNull(described.userId, LIMITS.userIdLength),
    apiKeyHash: described.apiKeyHash,
    oauthClientId: boundOrNull(described.oauthClientId, LIMITS.oauthClientIdLength),
    errorClass: boundOrNull(described.errorClass, LIMITS.errorClassLength),
    errorFingerprint: described.errorFingerprint,
    errorMessage: boundOrNull(described.errorMessage, LIMITS.errorMessageLength),
    tags: described.tags === null ? null : toTags(described.tags),
  }
}

/** A clock may tell anything, not a number too; the server corrects what is wrong, and takes any instant. */
function toInstant(time: number): number {
  return time >= 0 ? Math.min(Math.round(time), LIMITS.time) : 0
}

function boundOrNull(text: string | null, length: number): string | null {
  return text === null ? null : boundText(text, length)
}

function toTags(tags: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  // Without a prototype: a tag may be called `__proto__`.
  const bounded: Record<string, string> = Object.create(null)
  let count = 0
  for (const [name, value] of tags) {
    if (count++ === LIMITS.tags) break
    bounded[boundText(name, LIMITS.tagNameLength)] = boundText(value, LIMITS.tagValueLength)
  }
  return bounded
}
