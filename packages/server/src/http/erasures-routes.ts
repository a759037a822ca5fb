import { normalizeIp } from '@wayside/protocol'
import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { ErasureRecord } from '../registry/erasures.ts'
import { NAMED_KINDS } from '../store/named-consumer.ts'
import { MAY_ERASE, principalOf, requireKey } from './authorize.ts'
import { Instant, Nullable, OneOf, problemsOf } from './schemas.ts'
import type { Services } from './services.ts'

const Consumer = {
  kind: OneOf(NAMED_KINDS, 'What names the consumer: a user id, the hash of an API key, an OAuth client, or an address: all that came from it goes, also what counts as a user.'),
  consumer: Type.String({ minLength: 1, maxLength: 4_096, description: 'Its name, as answers show it.' }),
}

const ErasureAnswer = Type.Object({
  ...Consumer,
  askedAt: Instant('When it was asked for: events from before are removed.'),
  doneAt: Nullable(Instant('When all were removed that had been stored; null before.')),
  events: Type.Integer({ description: 'Events removed so far.' }),
})

/** `/api/v1/erasures`: what names one consumer is removed. */
export const erasuresRoutes =
  (services: Services): FastifyPluginAsyncTypebox =>
  async (app) => {
    const onRequest = requireKey(services, MAY_ERASE)
    const security = [{ key: [] }]

    app.post(
      '/api/v1/erasures',
      {
        onRequest,
        schema: {
          operationId: 'eraseConsumer',
          summary: 'Remove all events that name a consumer',
          description: 'Answers no longer show them once this returns. They are removed from everything that is stored after it; `GET` says when that is done.',
          tags: ['Project'],
          security,
          body: Type.Object(Consumer, { additionalProperties: false }),
          response: { 202: ErasureAnswer, ...problemsOf(400, 401, 403) },
        },
      },
      async (request, reply) => {
        const { project } = principalOf(request)
        const { kind, consumer } = request.body
        // Addresses are kept in one form, whichever they were written in.
        const named = kind === 'ip' ? (normalizeIp(consumer) ?? consumer) : consumer
        return reply.status(202).send(toAnswer(await services.consumers.erase(project.id, { kind, consumer: named })))
      },
    )

    app.get(
      '/api/v1/erasures',
      {
        onRequest,
        schema: {
          operationId: 'erasures',
          summary: 'The removals of consumers that are under way, or not older than a day',
          tags: ['Project'],
          security,
          response: { 200: Type.Object({ erasures: Type.Array(ErasureAnswer) }), ...problemsOf(401, 403) },
        },
      },
      async (request) => ({ erasures: (await services.consumers.list(principalOf(request).project.id)).map(toAnswer) }),
    )
  }

function toAnswer({ kind, consumer, askedAt, doneAt, events }: ErasureRecord) {
  return { kind, consumer, askedAt, doneAt, events }
}
