import type { IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { ProblemError } from '../problem.ts'

export interface BodyLimits {
  /** Bytes as they arrive. */
  readonly compressedBytes: number
  /** Bytes after decompression. */
  readonly bodyBytes: number
}

const inflate = promisify(gunzip)

/** Reads a request's body, plain or gzip, and stops as soon as a limit is passed. Throws 400, 413 and 415. */
export async function readBody(request: IncomingMessage, limits: BodyLimits): Promise<Buffer> {
  const compressed = isGzip(request)
  const sent = await gather(request, compressed ? limits.compressedBytes : limits.bodyBytes)
  if (!compressed) return sent
  try {
    // The decompressor stops at the limit, so that a small body cannot become a huge one.
    return await inflate(sent, { maxOutputLength: limits.bodyBytes })
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(limits.bodyBytes, 'after decompression')
    throw new ProblemError(
      400,
      'The body is not valid gzip. Compress it again, or send it without Content-Encoding.',
      {},
      { cause: error },
    )
  }
}

/** Whether the body is gzip rather than plain. Throws 415 for any other encoding. */
export function isGzip(request: IncomingMessage): boolean {
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity'
  if (encoding === 'gzip' || encoding === 'x-gzip') return true
  if (encoding === 'identity' || encoding === '') return false
  throw new ProblemError(415, 'Send the body plain or with "Content-Encoding: gzip".', {
    'accept-encoding': 'gzip, identity',
  })
}

/** A 413 that says how much is taken. The connection ends, so that the rest of the body is not awaited. */
export function tooLarge(maxBytes: number, when: string): ProblemError {
  return new ProblemError(413, `The body has more than ${maxBytes} bytes ${when}. Send it in smaller parts.`, {
    connection: 'close',
  })
}

const FIRST_BYTES = 64 * 1024

/** One buffer that grows, and no list of chunks: a body may come as millions of chunks of one byte. */
async function gather(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes, 'as sent')
  let body = Buffer.allocUnsafe(Math.min(maxBytes, FIRST_BYTES))
  let bytes = 0
  try {
    for await (const chunk of chunksOf(request)) {
      if (bytes + chunk.length > maxBytes) throw tooLarge(maxBytes, 'as sent')
      if (bytes + chunk.length > body.length) {
        const larger = Buffer.allocUnsafe(Math.min(maxBytes, Math.max(bytes + chunk.length, body.length * 2)))
        body.copy(larger, 0, 0, bytes)
        body = larger
      }
      chunk.copy(body, bytes)
      bytes += chunk.length
    }
  } catch (error) {
    throw error instanceof ProblemError ? error : endedEarly(error)
  }
  return body.subarray(0, bytes)
}

/** The body's bytes as they come. The request survives an early end of the loop, so that it can be answered. */
export function chunksOf(request: IncomingMessage): AsyncIterable<Buffer> {
  return request.iterator({ destroyOnReturn: false })
}

/** A client that left gets no answer; the problem only ends the work. */
export function endedEarly(cause: unknown): ProblemError {
  return new ProblemError(400, 'The body ended before it was complete.', {}, { cause })
}
