import type { IncomingMessage } from 'node:http'
import { createGunzip } from 'node:zlib'
import { LIMITS } from '@wayside/protocol'
import type { FastifyRequest } from 'fastify'
import type { Principal } from '../../registry/registry.ts'
import { MAY_SEND, authorize } from '../authorize.ts'
import { chunksOf, endedEarly, isGzip, tooLarge } from '../body/read-body.ts'
import { ProblemError } from '../problem.ts'
import type { Services } from '../services.ts'
import { createEnvelopeScanner, type Envelope, type Run } from './envelope-scanner.ts'

/** A body that was read whole, and whose key it holds. */
export interface SentBody {
  readonly envelope: Envelope
  readonly runs: Run[]
  readonly principal: Principal
}

/** What a chunk costs beside its bytes, so that millions of tiny ones cannot fill the memory. */
const CHUNK_BYTES = 128
/** Bytes that are read of a body before its key is known. */
const KEYLESS_BYTES = LIMITS.bodyBytes

/**
 * Reads an API Analytics body, plain or gzip, and ends as soon as its key turns out to be no key of ours. Throws the
 * problem to answer with, or `MalformedEnvelope`.
 * @param hold - told of the memory that each chunk takes; throws when there is no more
 */
export async function readEnvelope(
  services: Services,
  request: FastifyRequest,
  hold: (bytes: number) => void,
): Promise<SentBody> {
  const scanner = createEnvelopeScanner()
  let principal: Principal | null = null
  let bytes = 0
  for await (const chunk of bodyChunks(request)) {
    bytes += chunk.length
    if (bytes > LIMITS.compatBodyBytes) throw tooLarge(LIMITS.compatBodyBytes, 'in all')
    hold(chunk.length + CHUNK_BYTES)
    scanner.write(chunk)
    const key = scanner.member('api_key')
    if (principal === null && key !== undefined) principal = authorizeBody(services, key)
    if (principal === null && bytes > KEYLESS_BYTES)
      throw new ProblemError(413, `Put "api_key" before "requests" in a body of more than ${KEYLESS_BYTES} bytes.`, {
        connection: 'close',
      })
  }
  const { envelope, runs } = scanner.end()
  if (principal === null) throw new ProblemError(400, 'API key required: the body must have a member "api_key".')
  return { envelope, runs, principal }
}

function authorizeBody(services: Services, value: unknown): Principal {
  // Some set-ups put the key into the environment with its quotes.
  const key = typeof value === 'string' ? value.replaceAll('"', '').trim() : ''
  if (key === '')
    throw new ProblemError(400, 'API key required: "api_key" is empty. Give the client the key that this server made.')
  return authorize(services, key, MAY_SEND)
}

async function* bodyChunks(request: FastifyRequest): AsyncGenerator<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > LIMITS.compatBodyBytes)
    throw tooLarge(LIMITS.compatBodyBytes, 'as sent')
  const compressed = isGzip(request.raw)
  try {
    yield* compressed ? inflated(request.raw) : chunksOf(request.raw)
  } catch (error) {
    throw compressed ? new ProblemError(400, 'The body is not valid gzip.', {}, { cause: error }) : endedEarly(error)
  }
}

function inflated(request: IncomingMessage): AsyncIterable<Buffer> {
  const gunzip = createGunzip()
  // A pipe does not tell its end that the sender left.
  request.on('error', (error) => gunzip.destroy(error))
  return request.pipe(gunzip)
}
