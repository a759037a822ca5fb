import { LIMITS, boundText, normalizeIp, type ApiEvent } from '@wayside/protocol'
import { readTime } from './read-time.ts'
import { toRoute } from './to-route.ts'

export type EventOrReason = { readonly event: ApiEvent } | { readonly reason: string }

/**
 * An API Analytics row as an event. Takes what its clients send: empty text for absent, numbers as text, fractions,
 * methods in lower case. A value that means nothing becomes `null`; only a row without method, path or status is refused.
 * @param seq - the row's place in its body
 */
export function toEvent(row: unknown, seq: number): EventOrReason {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) return { reason: 'is not a JSON object' }
  // Read by fixed names only, so that names such as `__proto__` mean nothing.
  const member = (name: string): unknown => Reflect.get(row, name)

  const method = readText(member('method'), LIMITS.methodLength)
  if (method === null) return { reason: 'has no method' }
  const path = readPath(member('path'))
  if (path === null) return { reason: 'has no path' }
  const status = readNumber(member('status'))
  if (status === null || !Number.isInteger(status) || status < 100 || status > 599)
    return { reason: 'has no status from 100 to 599' }

  const event: ApiEvent = {
    seq,
    // An unreadable time is beyond any clock: the receiver takes the time of arrival instead, and marks it.
    time: readTime(member('created_at')) ?? Number.POSITIVE_INFINITY,
    method: toMethod(method),
    route: toRoute(path, status),
    path,
    host: readText(member('hostname'), LIMITS.hostLength),
    status,
    // These clients report only what they answered, whatever its status.
    outcome: 'completed',
    durationUs: toDurationUs(readNumber(member('response_time'))),
    upstreamUs: null,
    upstreamCount: null,
    requestBytes: null,
    responseBytes: null,
    ip: readIp(member('ip_address')),
    userAgent: readText(member('user_agent'), LIMITS.userAgentLength),
    userId: readText(member('user_id'), LIMITS.userIdLength),
    apiKeyHash: null,
    oauthClientId: null,
    errorClass: null,
    errorFingerprint: null,
    errorMessage: null,
    tags: null,
  }
  return { event }
}

const METHODS: ReadonlySet<string> = new Set([
  'GET',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'CONNECT',
  'HEAD',
  'TRACE',
])

/** HTTP's own methods are written in capitals; any other is kept as it is, for methods are case-sensitive. */
function toMethod(text: string): string {
  const capitals = text.toUpperCase()
  return METHODS.has(capitals) ? capitals : text
}

/** The path alone: query strings and fragments may hold what nobody meant to record. */
function readPath(value: unknown): string | null {
  if (typeof value !== 'string') return null
  return boundText(value.replace(/[?#].*$/s, ''), LIMITS.pathLength) || '/'
}

function readText(value: unknown, length: number): string | null {
  if (typeof value === 'number') return String(value)
  return typeof value !== 'string' || value === '' ? null : boundText(value, length)
}

function readNumber(value: unknown): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : null
}

function readIp(value: unknown): string | null {
  // Some clients send X-Forwarded-For as it came: the client first, then the proxies.
  return typeof value === 'string' ? normalizeIp(value.split(',', 1)[0] ?? '') : null
}

function toDurationUs(ms: number | null): number | null {
  return ms === null || ms < 0 || ms * 1_000 > LIMITS.durationUs ? null : Math.round(ms * 1_000)
}
