import { PERIODS, type Overview } from '@wayside/protocol'
import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { readOverview } from '../reports/overview.ts'
import { MAY_READ, principalOf, requireKey } from './authorize.ts'
import { Instant, Nullable, OneOf, problemsOf, schemaOf } from './schemas.ts'
import type { Services } from './services.ts'

const Count = Type.Integer({ minimum: 0 })
const Milliseconds = Nullable(
  Type.Number({ description: 'Milliseconds, within 2 %; null where nothing was measured.' }),
)
const totals = {
  requests: Count,
  success: Count,
  redirect: Count,
  clientError: Type.Integer({ description: 'Status 400 to 499; aborted requests (499) count here.' }),
  serverError: Count,
  errorRate: Nullable(
    Type.Number({ description: 'Share of requests with a status of 400 or more, 0 to 1; null without requests.' }),
  ),
  aborted: Count,
  p50Ms: Milliseconds,
  p95Ms: Milliseconds,
  p99Ms: Milliseconds,
  requestBytes: Count,
  responseBytes: Count,
}
const Totals = Type.Object({ ...totals, consumers: Count })
const Share = Type.Object({ value: Nullable(Type.String()), requests: Count, errors: Count })
const kinds = ['user', 'api_key', 'oauth_client', 'ip', 'unknown'] as const

const OverviewAnswer = schemaOf<Overview>()(
  Type.Object({
    project: Type.Object({ id: Type.String(), name: Type.String() }),
    period: OneOf(PERIODS, 'The period asked for.'),
    from: Instant('Start of the period.'),
    to: Instant('End of the period, not included.'),
    intervalMs: Count,
    completeUntil: Instant('All events acknowledged before this are in this answer.'),
    delivery: Type.Object(
      {
        lost: Type.Integer({ description: 'Events captured in the period that were lost.' }),
        dropped: Type.Integer({ description: 'Events that apps dropped in the period; shed ones are in the totals and not here.' }),
        unaccounted: Type.Integer({ description: 'Events of processes that went silent without saying what became of them.' }),
        pendingSince: Nullable(Instant('When the oldest event began that waits for longer than a minute; null when none does.')),
        late: Type.Array(
          Type.Object({
            producerId: Type.String(),
            service: Nullable(Type.String()),
            instance: Nullable(Type.String()),
            pendingSince: Instant('When its oldest waiting event began.'),
          }),
          { description: 'The processes that have such events, at most 5. GET /api/v1/producers lists them all.' },
        ),
      },
      { description: 'What is missing in this answer.' },
    ),
    totals: Totals,
    previous: Totals,
    series: Type.Array(
      Type.Object({
        time: Instant('Start of the interval.'),
        informational: Count,
        success: Count,
        redirect: Count,
        clientError: Count,
        serverError: Count,
      }),
    ),
    endpoints: Type.Array(
      Type.Object({
        method: Type.String(),
        route: Nullable(Type.String({ description: 'null for all that matched no route.' })),
        ...totals,
      }),
    ),
    consumers: Type.Array(
      Type.Object({
        kind: OneOf(kinds, 'What the consumer is known by.'),
        consumer: Nullable(Type.String()),
        requests: Count,
        errors: Count,
        lastSeenAt: Instant('Last request, to the minute or coarser.'),
      }),
    ),
    countries: Type.Array(Share),
    clients: Type.Array(Share),
  }),
)

/** `GET /api/v1/overview`: everything that the first page shows. */
export const overviewRoute =
  (services: Services): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/api/v1/overview',
      {
        onRequest: requireKey(services, MAY_READ),
        schema: {
          operationId: 'overview',
          summary: 'Totals, series, endpoints, consumers, countries and clients of a period',
          description:
            'Answered from rollups. `previous` covers as much of the period before as has passed of this one.',
          tags: ['Reports'],
          security: [{ key: [] }],
          querystring: Type.Object(
            { period: Type.Optional(OneOf(PERIODS, 'It ends now; 24h where absent.')) },
            { additionalProperties: false },
          ),
          response: { 200: OverviewAnswer, ...problemsOf(400, 401, 403) },
        },
      },
      async (request) =>
        readOverview({
          store: services.store,
          project: principalOf(request).project,
          period: request.query.period ?? '24h',
          now: services.now(),
          completeUntil: services.completeUntil(),
        }),
    )
  }
