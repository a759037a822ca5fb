import { TIME_GRAINS, type LatencyCourse } from '@wayside/protocol'
import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { readLatencyCourse } from '../reports/latency-course.ts'
import { MAY_READ, principalOf, requireKey } from './authorize.ts'
import { AboutRequests, toQuery } from './query/curated-parameters.ts'
import { untilClosed } from './query/until-closed.ts'
import { Instant, OneOf, problemsOf, schemaOf } from './schemas.ts'
import type { Services } from './services.ts'

const Course = schemaOf<LatencyCourse>()(
  Type.Object({
    from: Instant('Begin of the range.'),
    to: Instant('Its end.'),
    timeZone: Type.String(),
    completeUntil: Instant('All that was acknowledged before this is in this answer.'),
    bandsMs: Type.Array(Type.Number(), { description: 'Upper ends of the bands but for the last, which has none. Milliseconds.' }),
    intervals: Type.Array(
      Type.Object({
        time: Instant('When the interval begins.'),
        requests: Type.Array(Type.Integer(), { description: 'Requests of each band whose duration is known, one more than there are ends.' }),
      }),
    ),
  }),
)

/** `GET /api/v1/latency`: how long requests took, over time; its sums over the intervals are the histogram. */
export const latencyRoute =
  (services: Services): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/api/v1/latency',
      {
        onRequest: requireKey(services, MAY_READ),
        schema: {
          operationId: 'latency',
          summary: 'Requests by duration, over time',
          tags: ['Reports'],
          security: [{ key: [] }],
          querystring: Type.Object({ ...AboutRequests, interval: Type.Optional(OneOf(TIME_GRAINS, 'hour where absent.')) }, { additionalProperties: false }),
          response: { 200: Course, ...problemsOf(400, 401, 403, 422, 503) },
        },
      },
      async (request, reply) => {
        const { interval = 'hour', ...parameters } = request.query
        const about = toQuery(parameters, { metrics: ['p50'] })
        return readLatencyCourse({
          engine: services.store,
          project: principalOf(request).project,
          about,
          grain: interval,
          now: services.now(),
          completeUntil: services.completeUntil(),
          signal: untilClosed(reply),
        })
      },
    )
  }
