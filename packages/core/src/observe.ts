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
  const requestBytes = countRequest(request)
  const responseBytes = countResponse(response)
  const bytesBefore = request.headers.upgrade === undefined ? null : (request.socket?.bytesWritten ?? 0)
  let told = false
  response.on('close', () => {
    if (told) return
    told = true
    if (bytesBefore !== null && wasTakenOver(request, response, bytesBefore)) return
    const outcome = toOutcome(response)
    onClosed({
      startedAt,
      durationUs: Math.max(0, Math.round((clock.monotonicMs() - startMs) * 1_000)),
      outcome,
      status: outcome === 'completed' ? response.statusCode : ABORTED_STATUS,
      requestBytes: requestBytes(),
      responseBytes: hasNoBody(request, response) ? 0 : responseBytes(),
    })
  })
}

function toOutcome(response: ServerResponse): Outcome {
  if (response.writableFinished) return 'completed'
  return response.headersSent ? 'aborted_mid_body' : 'aborted_before_headers'
}

/** Bytes went out on an upgrade request, but no response's headers: a websocket has the socket. */
function wasTakenOver(request: IncomingMessage, response: ServerResponse, bytesBefore: number): boolean {
  return !response.headersSent && (request.socket?.bytesWritten ?? 0) > bytesBefore
}

function hasNoBody(request: IncomingMessage, response: ServerResponse): boolean {
  return request.method === 'HEAD' || response.statusCode === 204 || response.statusCode === 304
}

/** Reads the announced size; without one, counts what arrives as the parser pushes it, so that the flow stays the app's. */
function countRequest(request: IncomingMessage): () => number {
  const announced = request.headers['content-length']
  if (announced !== undefined) return () => Number(announced) || 0
  if (request.httpVersionMajor === 1 && request.headers['transfer-encoding'] === undefined) return () => 0
  let bytes = 0
  const push = request.push
  request.push = function (chunk, encoding) {
    if (chunk !== null && chunk !== undefined) bytes += byteLength(chunk, encoding)
    return push.call(request, chunk, encoding)
  }
  return () => bytes
}

/** Counts what the app hands to `write` and `end`. */
function countResponse(response: ServerResponse): () => number {
  let bytes = 0
  let ending = false
  const { write, end } = response
  response.write = function (this: ServerResponse, ...args: unknown[]): boolean {
    // The http2 compatibility layer's `end` calls `write` for its chunk, which is counted already.
    if (!ending) bytes += byteLength(args[0], args[1])
    return Reflect.apply(write, this, args)
  }
  response.end = function (this: ServerResponse, ...args: unknown[]) {
    bytes += byteLength(args[0], args[1])
    ending = true
    return Reflect.apply(end, this, args)
  }
  return () => bytes
}

function byteLength(chunk: unknown, encoding: unknown): number {
  if (typeof chunk === 'string') return Buffer.byteLength(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8')
  return chunk instanceof Uint8Array ? chunk.byteLength : 0
}
