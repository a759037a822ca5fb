import type { DeliveryNotice } from '@wayside/protocol'
import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { checkTimeZone, resolveRange } from '../query/resolve-range.ts'
import { readDeliveryNotice } from '../reports/delivery-notice.ts'
import { MAY_READ, principalOf, requireKey } from './authorize.ts'
import { AboutRequests, toQuery } from './query/curated-parameters.ts'
import { Instant, Nullable, problemsOf, schemaOf } from './schemas.ts'
import type { Services } from './services.ts'

const Count = (description: string) => Type.Integer({ description })

const Notice = schemaOf<DeliveryNotice>()(
  Type.Object({
    lost: Count('Events captured in the range that were lost.'),
    dropped: Count('Events that producers dropped in the range, but for shed ones, which totals contain.'),
    unaccounted: Count('Events of producers that went silent in the range without saying what became of them.'),
    pendingSince: Nullable(Instant('When the oldest event began that waits for longer than a minute; null when none does.')),
    late: Type.Array(
      Type.Object({ producerId: Type.String(), service: Nullable(Type.String()), instance: Nullable(Type.String()), pendingSince: Instant('When its oldest pending event began.') }),
      { description: 'The producers that have such events, longest first; at most 5.' },
    ),
  }),
)

const { filter: _filter, ...AboutRange } = AboutRequests

/** `GET /api/v1/delivery`: what answers about a range lack, so that no page need look as if nothing were missing. */
export const deliveryRoute =
  (services: Services): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/api/v1/delivery',
      {
        onRequest: requireKey(services, MAY_READ),
        schema: {
          operationId: 'delivery',
          summary: 'What answers about a range lack',
          tags: ['Delivery'],
          security: [{ key: [] }],
          querystring: Type.Object(AboutRange, { additionalProperties: false }),
          response: { 200: Notice, ...problemsOf(400, 401, 403) },
        },
      },
      async (request) => {
        const { project } = principalOf(request)
        const now = services.now()
        const { range = '24h', timeZone } = toQuery(request.query, { metrics: ['requests'] })
        const setting = { timeZone: checkTimeZone(timeZone ?? project.timeZone), grain: null, now }
        return readDeliveryNotice(services.store, project.id, resolveRange(range, setting, '/range'), now)
      },
    )
  }
