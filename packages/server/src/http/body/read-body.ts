import type { IncomingMessage } from 'node:http'
import { ProblemError } from '../problem.ts'
import type { Lease } from './body-memory.ts'
import { badEncoding, endedEarly, tooLarge } from './body-problems.ts'
import type { Inflate } from './inflate.ts'

export interface BodyLimits {
  /** Bytes as they arrive, compressed. */
  readonly compressedBytes: number
  /** Bytes of content. */
  readonly bodyBytes: number
}

export interface ReadBodyOptions {
  readonly limits: BodyLimits
  readonly inflate: Inflate
  /** What holds the body's memory; the caller releases it. */
  readonly lease: Lease
}

/** A body as it was sent and what it holds; the same where it was sent plain. */
export interface ReadBody {
  readonly sent: Buffer
  readonly content: Buffer
}

/** Reads a request's body, plain or gzip, and stops as soon as a limit is passed. Throws 400, 413, 415 and 503. */
export async function readBody(request: IncomingMessage, { limits, inflate, lease }: ReadBodyOptions): Promise<ReadBody> {
  const compressed = isGzip(request)
  const sent = await gather(request, compressed ? limits.compressedBytes : limits.bodyBytes, lease)
  if (!compressed) return { sent, content: sent }
  const content = await inflate(sent)
  lease.take(content.length)
  return { sent, content }
}

/** Whether the body is gzip rather than plain. Throws 415 for any other encoding, and for several. */
export function isGzip(request: IncomingMessage): boolean {
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity'
  if (encoding === 'gzip' || encoding === 'x-gzip') return true
  if (encoding === 'identity' || encoding === '') return false
  throw badEncoding()
}

const FIRST_BYTES = 16 * 1024

/** One buffer that grows, and no list of chunks: a body may come as millions of chunks of one byte. */
async function gather(request: IncomingMessage, maxBytes: number, lease: Lease): Promise<Buffer> {
  const length = Number(request.headers['content-length'] ?? FIRST_BYTES)
  if (length > maxBytes) throw tooLarge(maxBytes, 'as sent')
  let body = allocate(Math.min(length, FIRST_BYTES), lease)
  let bytes = 0
  try {
    for await (const chunk of chunksOf(request)) {
      if (bytes + chunk.length > maxBytes) throw tooLarge(maxBytes, 'as sent')
      if (bytes + chunk.length > body.length) {
        const larger = allocate(Math.min(maxBytes, Math.max(bytes + chunk.length, body.length * 2)), lease)
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

/** What a growing body leaves behind counts too: it is memory until it is collected. */
function allocate(bytes: number, lease: Lease): Buffer {
  lease.take(bytes)
  return Buffer.allocUnsafe(bytes)
}

/** The body's bytes as they come. The request survives an early end of the loop, so that it can be answered. */
export function chunksOf(request: IncomingMessage): AsyncIterable<Buffer> {
  return request.iterator({ destroyOnReturn: false })
}
