import { LIMITS, boundText } from '@wayside/protocol'
import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { createBodyMemory, type Lease } from '../body/body-memory.ts'
import { streamBodies } from '../body/stream-bodies.ts'
import type { IntakeGate } from '../intake-gate.ts'
import { ProblemError } from '../problem.ts'
import { problemsOf } from '../schemas.ts'
import type { Services } from '../services.ts'
import { allowAllOrigins } from './cors.ts'
import { deliverRows } from './deliver-rows.ts'
import { MalformedEnvelope } from './envelope-scanner.ts'
import { readEnvelope } from './read-envelope.ts'

/** Bodies that are held at the same time, by all requests together. */
const BODY_MEMORY_BYTES = 2 * LIMITS.compatBodyBytes

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
  (services: Services, gate: IntakeGate): FastifyPluginAsyncTypebox =>
  async (app) => {
    streamBodies(app)
    const paths = ['/api/log-request', '/api/requests']
    allowAllOrigins(app, paths)
    const memory = createBodyMemory(BODY_MEMORY_BYTES)
    for (const path of paths) {
      app.post(
        path,
        {
          // The body is read as a stream below; the schema only describes it.
          validatorCompiler: () => () => true,
          schema: {
            summary: 'Send requests as API Analytics clients do',
            description:
              'The key is in the body. A row that cannot be read costs none of the others; the header x-wayside-rejected counts such rows.',
            tags: ['API Analytics'],
            body: Body,
            response: {
              201: Type.Object({ status: Type.Literal(201), message: Type.String() }),
              ...problemsOf(400, 401, 403, 413, 415, 429, 503),
            },
          },
        },
        async (request, reply) => {
          const receivedAt = services.now()
          const { accepted, rejected, reason } = await takeBody({ services, gate, lease: memory.lease() }, request, receivedAt)
          if (rejected > 0) {
            reply.header('x-wayside-rejected', String(rejected))
            services.log.warn('some rows of an API Analytics client could not be read', { rejected, first: reason })
          }
          if (accepted === 0)
            throw new ProblemError(
              400,
              reason === null
                ? 'Payload contains no logged requests.'
                : `Invalid request data: of ${rejected} rows none can be read. The first one ${reason}.`,
              {},
              { rule: 'batch' },
            )
          return reply.code(201).send({ status: 201 as const, message: 'API requests logged successfully.' })
        },
      )
    }
  }

interface Intake {
  readonly services: Services
  readonly gate: IntakeGate
  readonly lease: Lease
}

async function takeBody({ services, gate, lease }: Intake, request: FastifyRequest, receivedAt: number) {
  try {
    const { envelope, runs, principal } = await readEnvelope(services, gate, request, lease)
    return await deliverRows(gate, {
      principal,
      framework: boundText(envelope.framework?.trim() || 'unknown', LIMITS.labelLength),
      privacyLevel: toPrivacyLevel(envelope.privacyLevel),
      runs,
      receivedAt,
    })
  } catch (error) {
    if (!(error instanceof MalformedEnvelope)) throw error
    throw new ProblemError(400, `Invalid request data: ${error.message}.`, {}, { rule: 'json', cause: error })
  } finally {
    lease.release()
  }
}

/** A level that is none of ours is taken as the strictest: it was set for privacy's sake. */
function toPrivacyLevel(value: unknown): 0 | 1 | 2 {
  if (value === undefined || value === null || value === '') return 0
  const level = Number(value)
  return level === 0 || level === 1 ? level : 2
}
