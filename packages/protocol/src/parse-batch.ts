import { WIRE_VERSION, type Batch, type BatchHead, type RejectedEvent } from './batch.ts'
import { DROP_REASONS, type Books, type DropReason } from './books.ts'
import { OUTCOMES, type ApiEvent, type ErrorStack, type PrivacyLevel } from './event.ts'
import { LIMITS } from './limits.ts'
import { Refusal, isCount, readGroup, readNumbers, readTexts, record } from './read-column.ts'
import { readTags } from './read-tags.ts'
import { readRanges } from './seq-range.ts'
import { readShedWindows } from './shed-window.ts'
import { fromShortPath } from './short-path.ts'
import { boundText } from './text.ts'

/** A batch whose every value is checked and bounded, and the events that could not be taken. */
export interface ParsedBatch extends Batch {
  readonly rejected: readonly RejectedEvent[]
}

export type ParseBatchResult = { readonly ok: true; readonly batch: ParsedBatch } | { readonly ok: false; readonly reason: string }

/**
 * Checks a decoded JSON body against the wire format. A fault in the frame (version, producer, a column's length)
 * refuses the batch; a fault in one event rejects that event; text that is too long is cut; a number that means nothing
 * (a negative duration) becomes `null`. No event is rejected for its time, which may be any number, also none: whoever
 * knows the right time corrects it.
 */
export function parseBatch(body: unknown): ParseBatchResult {
  try {
    return { ok: true, batch: readBatch(body) }
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, reason: error.message }
    throw error
  }
}

function readBatch(body: unknown): ParsedBatch {
  const wire = record(body, 'the body')
  if (wire['v'] !== WIRE_VERSION) throw new Refusal(`v must be ${WIRE_VERSION}, the wire version that this server takes`)
  const n = wire['n']
  if (!isCount(n) || n > LIMITS.batchEvents) throw new Refusal(`n must be a whole number from 0 to ${LIMITS.batchEvents}`)
  const head = readHead(wire)
  const rest = {
    head,
    stacks: readStacks(wire['stacks']),
    droppedSeqs: readRanges(wire['droppedSeqs'], LIMITS.seqRanges, 'droppedSeqs'),
    shed: readShedWindows(wire['shed']),
  }
  if (n === 0) return { ...rest, events: [], rejected: [] }
  const columns = record(wire['columns'], 'columns')
  const seq = readSeq(wire['seq'], n)
  const time = toInstants(readNumbers(wire['time'], n, 'time'))

  const number = (name: string) => (columns[name] === undefined ? null : readNumbers(columns[name], n, name))
  const endpoint = readGroup(columns, 'endpoint', n)
  const client = readGroup(columns, 'client', n)
  const error = readGroup(columns, 'error', n)
  const method = endpoint('method', LIMITS.methodLength)
  const route = endpoint('route', LIMITS.routeLength)
  const path = readTexts(columns['path'], n, 'path', LIMITS.pathLength + 1)
  const status = number('status')
  const outcome = number('outcome')
  const durationUs = number('durationUs')
  const upstreamUs = number('upstreamUs')
  const upstreamCount = number('upstreamCount')
  const requestBytes = number('requestBytes')
  const responseBytes = number('responseBytes')
  const host = client('host', LIMITS.hostLength)
  const ip = head.privacyLevel === 2 ? null : client('ip', 64)
  const userAgent = client('userAgent', LIMITS.userAgentLength)
  const userId = client('userId', LIMITS.userIdLength)
  const apiKeyHash = client('apiKeyHash', LIMITS.apiKeyHashLength)
  const oauthClientId = client('oauthClientId', LIMITS.oauthClientIdLength)
  const errorClass = error('errorClass', LIMITS.errorClassLength)
  const errorFingerprint = error('errorFingerprint', LIMITS.errorFingerprintLength)
  const errorMessage = error('errorMessage', LIMITS.errorMessageLength)
  const tags = readTags(columns['tags'], n)

  const events: ApiEvent[] = []
  const rejected: RejectedEvent[] = []
  for (let at = 0; at < n; at++) {
    const eventSeq = seq[at] as number
    const eventStatus = status?.[at]
    const eventMethod = method?.[at]
    const eventRoute = route?.[at] ?? null
    const eventPath = boundOrNull(fromShortPath(path?.[at] ?? null, eventRoute), LIMITS.pathLength)
    const reject = (field: string, reason: string) => rejected.push({ seq: eventSeq, field, reason })
    if (!isCount(eventStatus) || eventStatus < 100 || eventStatus > 599) reject('status', 'must be a whole number from 100 to 599')
    else if (eventMethod === undefined || eventMethod === null || eventMethod === '') reject('method', 'must be a text')
    else if (eventPath === null) reject('path', 'must be a text')
    else
      events.push({
        seq: eventSeq,
        time: time[at] as number,
        method: eventMethod,
        route: eventRoute,
        path: eventPath,
        host: host?.[at] ?? null,
        status: eventStatus,
        outcome: OUTCOMES[outcome?.[at] ?? 0] ?? 'completed',
        durationUs: bounded(durationUs?.[at], LIMITS.durationUs),
        upstreamUs: bounded(upstreamUs?.[at], LIMITS.durationUs),
        upstreamCount: bounded(upstreamCount?.[at], MAX_INT32),
        requestBytes: bounded(requestBytes?.[at], Number.MAX_SAFE_INTEGER),
        responseBytes: bounded(responseBytes?.[at], Number.MAX_SAFE_INTEGER),
        ip: ip?.[at] ?? null,
        userAgent: userAgent?.[at] ?? null,
        userId: userId?.[at] ?? null,
        apiKeyHash: apiKeyHash?.[at] ?? null,
        oauthClientId: oauthClientId?.[at] ?? null,
        errorClass: errorClass?.[at] ?? null,
        errorFingerprint: errorFingerprint?.[at] ?? null,
        errorMessage: errorMessage?.[at] ?? null,
        tags: tags?.[at] ?? null,
      })
  }
  return { ...rest, events, rejected }
}

const MAX_INT32 = 2_147_483_647

function readHead(wire: Record<string, unknown>): BatchHead {
  const producerId = wire['producer']
  if (typeof producerId !== 'string' || !/^[\da-f]{32}$/.test(producerId)) throw new Refusal('producer must be 32 hexadecimal digits')
  const level = wire['level']
  if (level !== 0 && level !== 1 && level !== 2) throw new Refusal('level must be 0, 1 or 2')
  return {
    producerId,
    privacyLevel: level satisfies PrivacyLevel,
    sdk: label(wire['sdk'], 'sdk') ?? 'unknown',
    framework: label(wire['framework'], 'framework') ?? 'unknown',
    environment: label(wire['environment'], 'environment'),
    service: label(wire['service'], 'service'),
    serviceVersion: label(wire['serviceVersion'], 'serviceVersion'),
    instance: label(wire['instance'], 'instance'),
    books: readBooks(wire['books']),
  }
}

function readBooks(value: unknown): Books {
  const books = record(value, 'books')
  const counts = record(books['dropped'] ?? {}, 'books.dropped')
  const dropped: Partial<Record<DropReason, number>> = {}
  for (const reason of DROP_REASONS) {
    const count = counts[reason]
    if (count === undefined) continue
    if (!isCount(count)) throw new Refusal(`books.dropped.${reason} must be a whole number`)
    dropped[reason] = count
  }
  const { captured, shed = 0, settledBefore = 0, oldestPendingAt = null, spoolBytes = 0, closed = false } = books
  if (!isCount(captured)) throw new Refusal('books.captured must be a whole number')
  if (!isCount(shed) || shed > (dropped.queue_overflow ?? 0)) throw new Refusal('books.shed must be a whole number, at most books.dropped.queue_overflow')
  if (!isCount(settledBefore) || settledBefore > captured) throw new Refusal('books.settledBefore must be a whole number, at most books.captured')
  if (!isCount(spoolBytes)) throw new Refusal('books.spoolBytes must be a whole number')
  if (typeof closed !== 'boolean') throw new Refusal('books.closed must be true or false')
  // A clock may be anywhere; it must not keep the books from being told.
  const pendingAt = typeof oldestPendingAt === 'number' && isInstant(oldestPendingAt) ? oldestPendingAt : null
  return { captured, dropped, shed, settledBefore, oldestPendingAt: pendingAt, spoolBytes, closed }
}

function readSeq(value: unknown, n: number): readonly number[] {
  const seq = isCount(value) ? Array.from({ length: n }, (_, at) => value + at) : sums(readNumbers(value, n, 'seq'))
  const ascending = seq.every((each, at) => isCount(each) && (at === 0 || each > (seq[at - 1] ?? 0)))
  if (!ascending) throw new Refusal('seq must be ascending whole numbers')
  return seq
}

function readStacks(value: unknown): readonly ErrorStack[] {
  if (value === undefined) return []
  if (!Array.isArray(value) || value.length > LIMITS.batchStacks) throw new Refusal(`stacks must be a list of at most ${LIMITS.batchStacks}`)
  return value.map((entry) => {
    const stack = record(entry, 'stacks')
    const { fingerprint, errorClass, frames } = stack
    if (typeof fingerprint !== 'string' || typeof errorClass !== 'string' || !Array.isArray(frames) || !frames.every((frame) => typeof frame === 'string'))
      throw new Refusal('a stack must have fingerprint, errorClass and frames')
    return {
      fingerprint: boundText(fingerprint, LIMITS.errorFingerprintLength),
      errorClass: boundText(errorClass, LIMITS.errorClassLength),
      frames: frames.slice(0, LIMITS.stackFrames).map((frame) => boundText(frame, LIMITS.stackFrameLength)),
    }
  })
}

function sums(deltas: readonly (number | null)[]): readonly number[] {
  let sum = 0
  return deltas.map((delta) => (sum += delta ?? Number.NaN))
}

/** A distance that is no number costs its own event its time and leaves those after it theirs. */
function toInstants(distances: readonly (number | null)[]): readonly number[] {
  let instant = 0
  return distances.map((distance) => (distance === null || !Number.isFinite(distance) ? Number.NaN : (instant += distance)))
}

function bounded(value: number | null | undefined, max: number): number | null {
  return value === null || value === undefined || !(value >= 0 && value <= max) ? null : Math.round(value)
}

function boundOrNull(text: string | null, length: number): string | null {
  return text === null ? null : boundText(text, length)
}

function label(value: unknown, name: string): string | null {
  if (value === undefined || value === null) return null
  if (typeof value !== 'string') throw new Refusal(`${name} must be a text`)
  return boundText(value, LIMITS.labelLength)
}

function isInstant(value: number): boolean {
  return value >= 0 && value <= LIMITS.time
}
