import { PRODUCER_STATES, type ProducersReport } from '@wayside/protocol'
import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { readProducers } from '../reports/producers.ts'
import { MAY_READ, principalOf, requireKey } from './authorize.ts'
import { Instant, Nullable, OneOf, problemsOf, schemaOf } from './schemas.ts'
import type { Services } from './services.ts'

const DEFAULT_LIMIT = 100
const MAX_LIMIT = 1_000

const Count = (description: string) => Type.Integer({ description })
const Label = (description: string) => Nullable(Type.String({ description }))
const LaterInstant = (description: string) => Nullable(Instant(description))

const account = {
  captured: Count('Events captured: the sum of the seven that follow.'),
  stored: Count('Stored, each once.'),
  shed: Count('Given up by a full queue, but counted by endpoint and status.'),
  dropped: Count('Dropped by the app, and told.'),
  rejected: Count('Refused by this server as no event.'),
  elsewhere: Count('Settled with another server: another receiver of the group, or before this one first heard of the producer.'),
  lost: Count('Neither stored nor told as dropped, and settled for the producer.'),
  pending: Count('Not settled yet: with the producer, on their way, or in its spool.'),
}
const rest = {
  unaccounted: Count('Pending events of producers that are not live.'),
  pendingSince: LaterInstant('When the oldest pending event began; null when none is known to wait.'),
  droppedByReason: Type.Record(Type.String(), Type.Integer(), { description: "The producer's own count, rejected and shed events included." }),
  duplicates: Count('Came again and were left out.'),
  expired: Count('Came too late to tell whether they were known, and were left out.'),
  ambiguous: Count('May be with another receiver too.'),
}

const ProducersAnswer = schemaOf<ProducersReport>()(
  Type.Object({
    completeUntil: Instant('All that was acknowledged before this is in this answer.'),
    summary: Type.Object({ producers: Count('All that this server remembers.'), ...account, ...rest }),
    producers: Type.Array(
      Type.Object({
        producerId: Type.String({ description: '32 hexadecimal digits, random for each start of a process or worker.' }),
        sdk: Type.String(),
        framework: Type.String(),
        environment: Label('Deployment.'),
        service: Label('Service.'),
        serviceVersion: Label('Its version.'),
        instance: Label('Process.'),
        state: OneOf(PRODUCER_STATES, 'live: heard of within 10 minutes; closed: said that it stops; silent: idle, killed or cut off.'),
        firstSeenAt: Instant('First heard of.'),
        lastSeenAt: Instant('Last heard of.'),
        ...account,
        ...rest,
        spoolBytes: Count('Bytes that waited on its disk when it was last heard of.'),
        gaps: Type.Array(
          Type.Object({
            from: Count('First lost seq.'),
            to: Count('Last one; seqs between that are known do not count.'),
            events: Count('Lost events.'),
            noticedAt: Instant('When the loss was known.'),
            after: LaterInstant('They were captured after this; null where nothing earlier is known.'),
            before: Instant('They were captured before this.'),
          }),
        ),
      }),
    ),
  }),
)

/** `GET /api/v1/producers`: where the events of each process have gone. */
export const producersRoute =
  (services: Services): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/api/v1/producers',
      {
        onRequest: requireKey(services, MAY_READ),
        schema: {
          operationId: 'listProducers',
          summary: 'Where the events of each process have gone',
          description: 'A producer is one start of one process or worker with the SDK in it. The last heard of come first.',
          tags: ['Delivery'],
          security: [{ key: [] }],
          querystring: Type.Object(
            { limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_LIMIT, description: `Producers in the list; ${DEFAULT_LIMIT} where absent. The summary is of all.` })) },
            { additionalProperties: false },
          ),
          response: { 200: ProducersAnswer, ...problemsOf(400, 401, 403) },
        },
      },
      async (request) =>
        readProducers({
          store: services.store,
          project: principalOf(request).project,
          limit: request.query.limit ?? DEFAULT_LIMIT,
          now: services.now(),
          completeUntil: services.completeUntil(),
        }),
    )
  }
