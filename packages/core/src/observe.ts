import type { IncomingMessage, ServerResponse } from 'node:http'
import { ABORTED_STATUS, type Outcome } from '@wayside/protocol'

/** What was measured of one exchange, when its response has closed. */
export interface Measured {
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly durationUs: number
  readonly outcome: Outcome
  readonly status: number
  readonly requestBytes: number
  readonly responseBytes: number
}

export interface Clock {
  /** Milliseconds since 1970; may jump. */
  readonly now: () => number
  /** Milliseconds since some start, with fractions; never goes back. */
  readonly monotonicMs: () => number
}

/**
 * Listens to a response and tells what was measured, once, when it closes. The app sees the same response as without
 * us: what `write` and `end` return is passed on. A connection that was upgraded or taken over is no exchange and is
 * never told.
 */
export function observe(
  request: IncomingMessage,
  response: ServerResponse,
  clock: Clock,
  onClosed: (measured: Measured) => void,
): void {
  const startedAt = clock.now()
  const startMs = clock.monotonicMs()
  const { socket } = request
  const counts: Counts = { request: 0, response: 0, ending: false }
  countRequest(request, counts)
  countResponse(response, counts)
  const bytesBefore = request.headers.upgrade === undefined ? null : bytesWritten(socket)
  // Answers of pipelined requests wait for the one before. When the connection breaks meanwhile, Node 20 and 22 never
  // close those that wait; their requests tell instead.
  const waits = request.httpVersionMajor === 1 && response.socket === null
  let told = false

  function close(): void {
    if (told) return
    told = true
    if (bytesBefore !== null && !response.headersSent && bytesWritten(socket) > bytesBefore) return
    const outcome = toOutcome(request, response)
    onClosed({
      startedAt,
      durationUs: Math.max(0, Math.round((clock.monotonicMs() - startMs) * 1_000)),
      outcome,
      status: outcome === 'completed' ? response.statusCode : ABORTED_STATUS,
      requestBytes: counts.request,
      responseBytes: hasNoBody(request, response) ? 0 : counts.response,
    })
  }

  response.on('close', close)
  if (waits)
    request.once('close', () => {
      if (socket?.destroyed === true) close()
    })
}

/** Body bytes so far. */
interface Counts {
  request: number
  response: number
  ending: boolean
}

/**
 * Whether the whole response was handed to the network. `writableFinished` alone does not tell: Node 20 and 22 set it,
 * and emit `finish`, when a client resets the connection under a large `end`; a test's injected request never sets it;
 * an http2 stream sets it when its client leaves before the app has ended it. The response to a refused upgrade, on the
 * other hand, keeps its socket until that has closed.
 */
function toOutcome(request: IncomingMessage, response: ServerResponse): Outcome {
  const letsGo = request.httpVersionMajor === 1 && request.headers.upgrade === undefined
  const whole = letsGo ? request.socket?.destroyed !== true : response.writableFinished
  if (whole && response.writableEnded) return 'completed'
  const neverLeft = response.socket === null && response.writableLength > 0
  return response.headersSent && !neverLeft ? 'aborted_mid_body' : 'aborted_before_headers'
}

function hasNoBody(request: IncomingMessage, response: ServerResponse): boolean {
  return request.method === 'HEAD' || response.statusCode === 204 || response.statusCode === 304
}

/** An injected request has a socket of its own kind. */
function bytesWritten(socket: IncomingMessage['socket'] | null | undefined): number {
  return socket?.bytesWritten ?? 0
}

/** Takes the announced size; without one, counts what arrives as the parser pushes it, so that the flow stays the app's. */
function countRequest(request: IncomingMessage, counts: Counts): void {
  const { headers } = request
  const announced = headers['content-length']
  if (announced !== undefined) counts.request = Number(announced) || 0
  else if (request.httpVersionMajor !== 1 || headers['transfer-encoding'] !== undefined) {
    const { push } = request
    request.push = function (chunk, encoding) {
      if (chunk !== null && chunk !== undefined) counts.request += byteLength(chunk, encoding)
      return push.call(request, chunk, encoding)
    }
  }
}

/** Counts what the app hands to `write` and `end`. */
function countResponse(response: ServerResponse, counts: Counts): void {
  const { write, end } = response
  // `arguments` passed on whole is what engines make cheapest, and an app's own `end()` stays one without arguments.
  response.write = function (this: ServerResponse, chunk: unknown, encoding?: unknown): boolean {
    // The http2 compatibility layer's `end` calls `write` for its chunk, which is counted already.
    if (!counts.ending) counts.response += byteLength(chunk, encoding)
    return Reflect.apply(write, this, arguments)
  }
  response.end = function (this: ServerResponse, chunk?: unknown, encoding?: unknown) {
    if (!counts.ending) counts.response += byteLength(chunk, encoding)
    counts.ending = true
    return Reflect.apply(end, this, arguments)
  }
}

function byteLength(chunk: unknown, encoding: unknown): number {
  if (typeof chunk === 'string') return Buffer.byteLength(chunk, isEncoding(encoding) ? encoding : 'utf8')
  // Not `instanceof`: a test runner's sandbox has a Uint8Array of its own.
  return ArrayBuffer.isView(chunk) ? chunk.byteLength : 0
}

function isEncoding(encoding: unknown): encoding is BufferEncoding {
  return typeof encoding === 'string' && Buffer.isEncoding(encoding)
}
