import type { IncomingMessage } from 'node:http'
import { createGunzip } from 'node:zlib'
import { LIMITS } from '@wayside/protocol'
import type { FastifyRequest } from 'fastify'
import type { Principal } from '../../registry/registry.ts'
import { MAY_SEND, authorize } from '../authorize.ts'
import type { Lease } from '../body/body-memory.ts'
import { badGzip, endedEarly, tooDense, tooLarge } from '../body/body-problems.ts'
import { maxContentBytes } from '../body/ratio.ts'
import { chunksOf, isGzip } from '../body/read-body.ts'
import type { IntakeGate } from '../intake-gate.ts'
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
/** Bytes that are scanned in one turn of the event loop, in a few milliseconds; what has arrived comes without a pause. */
const TURN_BYTES = 524_288

/**
 * Reads an API Analytics body, plain or gzip, and ends as soon as its key turns out to be no key of ours. Throws the
 * problem to answer with, or `MalformedEnvelope`.
 * @param lease - what holds the body's memory; the caller releases it
 */
export async function readEnvelope(
  services: Services,
  gate: IntakeGate,
  request: FastifyRequest,
  lease: Lease,
): Promise<SentBody> {
  const scanner = createEnvelopeScanner()
  let principal: Principal | null = null
  let bytes = 0
  let turnEndsAt = TURN_BYTES
  for await (const chunk of bodyChunks(request)) {
    bytes += chunk.length
    if (bytes > turnEndsAt) {
      await gate.turns.next()
      turnEndsAt = bytes + TURN_BYTES
    }
    if (bytes > LIMITS.compatBodyBytes) throw tooLarge(LIMITS.compatBodyBytes, 'after decompression')
    lease.take(chunk.length + CHUNK_BYTES)
    scanner.write(chunk)
    const key = scanner.member('api_key')
    if (principal === null && key !== undefined) {
      principal = await authorizeBody(services, key)
      gate.admit(principal)
    }
    if (principal === null && bytes > KEYLESS_BYTES)
      throw new ProblemError(
        413,
        `Put "api_key" before "requests" in a body of more than ${KEYLESS_BYTES} bytes.`,
        {},
        { rule: 'key' },
      )
  }
  const { envelope, runs } = scanner.end()
  if (principal === null) throw keyRequired('the body must have a member "api_key".')
  gate.weigh(principal, bytes)
  return { envelope, runs, principal }
}

async function authorizeBody(services: Services, value: unknown): Promise<Principal> {
  // Some set-ups put the key into the environment with its quotes.
  const key = typeof value === 'string' ? value.replaceAll('"', '').trim() : ''
  if (key === '') throw keyRequired('"api_key" is empty. Give the client the key that this server made.')
  return authorize(services, key, MAY_SEND)
}

function keyRequired(advice: string): ProblemError {
  return new ProblemError(400, `API key required: ${advice}`, {}, { rule: 'key' })
}

async function* bodyChunks(request: FastifyRequest): AsyncGenerator<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > LIMITS.compatBodyBytes)
    throw tooLarge(LIMITS.compatBodyBytes, 'as sent')
  const compressed = isGzip(request.raw)
  try {
    yield* compressed ? inflated(request.raw) : chunksOf(request.raw)
  } catch (error) {
    if (error instanceof ProblemError) throw error
    throw compressed ? badGzip(error) : endedEarly(error)
  }
}

async function* inflated(request: IncomingMessage): AsyncGenerator<Buffer> {
  const gunzip = createGunzip()
  // A pipe does not tell its end that the sender left.
  request.on('error', (error) => gunzip.destroy(error))
  let bytes = 0
  for await (const chunk of request.pipe(gunzip)) {
    bytes += chunk.length
    if (bytes > maxContentBytes(gunzip.bytesWritten)) throw tooDense()
    yield chunk
  }
}
