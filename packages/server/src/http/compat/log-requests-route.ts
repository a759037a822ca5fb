import type { IncomingMessage } from 'node:http'
import { createGunzip } from 'node:zlib'
import { LIMITS, boundText } from '@wayside/protocol'
import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import type { Principal } from '../../registry/registry.ts'
import { MAY_SEND, authorize } from '../authorize.ts'
import { chunksOf, endedEarly, isGzip, tooLarge } from '../body/read-body.ts'
import { streamBodies } from '../body/stream-bodies.ts'
import { ProblemError } from '../problem.ts'
import { problemsOf } from '../schemas.ts'
import type { Services } from '../services.ts'
import { createBytePool, type BytePool } from './byte-pool.ts'
import { allowAllOrigins } from './cors.ts'
import { MalformedEnvelope, createEnvelopeScanner, type EnvelopeScanner } from './envelope-scanner.ts'
import { deliverRows } from './deliver-rows.ts'

/** Bodies that are held at the same time, by all requests together. */
const POOL_BYTES = 2 * LIMITS.compatBodyBytes
/** What a chunk costs beside its bytes, so that millions of tiny ones cannot fill the memory. */
const CHUNK_BYTES = 128
/** Bytes that are read of a body before its key is known. */
const KEYLESS_BYTES = LIMITS.bodyBytes

const Body = Type.Object({
  api_key: Type.String(),
  framework: Type.String(),
  privacy_level: Type.Optional(Type.Integer({ description: '0 where absent.' })),
  requests: Type.Array(
    Type.Object({
      hostname: Type.String(),
      ip_address: Type.String(),
      user_agent: Type.String(),
      path: Type.String(),
      method: Type.String(),
      status: Type.Integer(),
      response_time: Type.Number({ description: 'Milliseconds.' }),
      user_id: Type.String(),
      created_at: Type.String({ description: 'Without a zone: UTC.' }),
    }),
  ),
})

/** `POST /api/log-request` and `/api/requests`: what API Analytics clients send. */
export const logRequestsRoute =
  (services: Services): FastifyPluginAsyncTypebox =>
  async (app) => {
    streamBodies(app)
    const paths = ['/api/log-request', '/api/requests']
    allowAllOrigins(app, paths)
    const pool = createBytePool(POOL_BYTES)
    for (const path of paths) {
      app.post(
        path,
        {
          // The body is read as a stream below; the schema only describes it.
          validatorCompiler: () => () => true,
          schema: {
            summary: 'Send requests as API Analytics clients do',
            description: 'The key is in the body. A row that cannot be read costs none of the others; the header x-wayside-rejected counts such rows.',
            tags: ['API Analytics'],
            body: Body,
            response: { 201: Type.Object({ status: Type.Literal(201), message: Type.String() }), ...problemsOf(400, 401, 403, 413, 503) },
          },
        },
        async (request, reply) => {
          const receivedAt = services.now()
          const { accepted, rejected, reason } = await takeBody(services, pool, request, receivedAt)
          if (rejected > 0) {
            reply.header('x-wayside-rejected', String(rejected))
            services.log.warn('some rows of an API Analytics client could not be read', { rejected, first: reason })
          }
          if (accepted === 0)
            throw new ProblemError(400, reason === null ? 'Payload contains no logged requests.' : `Invalid request data: of ${rejected} rows none can be read. The first one ${reason}.`)
          return reply.code(201).send({ status: 201 as const, message: 'API requests logged successfully.' })
        },
      )
    }
  }

async function takeBody(services: Services, pool: BytePool, request: FastifyRequest, receivedAt: number) {
  let held = 0
  try {
    const { scanner, principal } = await readEnvelope(services, request, (bytes) => {
      if (!pool.take(bytes)) throw new ProblemError(503, 'The server reads as many large bodies as it can. Send this again later.', { 'retry-after': '1', connection: 'close' })
      held += bytes
    })
    const { envelope, runs } = scanner.end()
    return await deliverRows(services.receiver, {
      project: principal.project,
      framework: boundText(envelope.framework?.trim() || 'unknown', LIMITS.labelLength),
      privacyLevel: toPrivacyLevel(envelope.privacyLevel),
      runs,
      receivedAt,
    })
  } catch (error) {
    throw error instanceof MalformedEnvelope ? new ProblemError(400, `Invalid request data: ${error.message}.`, {}, { cause: error }) : error
  } finally {
    pool.give(held)
  }
}

/** Reads the whole body; ends as soon as its key turns out to be no key of ours. */
async function readEnvelope(services: Services, request: FastifyRequest, hold: (bytes: number) => void): Promise<{ readonly scanner: EnvelopeScanner; readonly principal: Principal }> {
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
    if (principal === null && bytes > KEYLESS_BYTES) throw new ProblemError(413, `Put "api_key" before "requests" in a body of more than ${KEYLESS_BYTES} bytes.`, { connection: 'close' })
  }
  scanner.end()
  if (principal === null) throw new ProblemError(400, 'API key required: the body must have a member "api_key".')
  return { scanner, principal }
}

function authorizeBody(services: Services, value: unknown): Principal {
  // Some set-ups put the key into the environment with its quotes.
  const key = typeof value === 'string' ? value.replaceAll('"', '').trim() : ''
  if (key === '') throw new ProblemError(400, 'API key required: "api_key" is empty. Give the client the key that this server made.')
  return authorize(services, key, MAY_SEND)
}

async function* bodyChunks(request: FastifyRequest): AsyncGenerator<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > LIMITS.compatBodyBytes) throw tooLarge(LIMITS.compatBodyBytes, 'as sent')
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

/** A level that is none of ours is taken as the strictest: it was set for privacy's sake. */
function toPrivacyLevel(value: unknown): 0 | 1 | 2 {
  if (value === undefined || value === null || value === '') return 0
  const level = Number(value)
  return level === 0 || level === 1 ? level : 2
}
