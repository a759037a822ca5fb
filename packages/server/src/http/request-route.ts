import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { MAY_READ, principalOf, requireKey } from './authorize.ts'
import { ProblemError } from './problem.ts'
import { untilClosed } from './query/until-closed.ts'
import { RequestRow, toRow } from './requests-route.ts'
import { Instant, problemsOf } from './schemas.ts'
import type { Services } from './services.ts'

/** `GET /api/v1/request`: one request. Its time leads to it among however many. */
export const requestRoute =
  (services: Services): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/api/v1/request',
      {
        onRequest: requireKey(services, MAY_READ),
        schema: {
          operationId: 'request',
          summary: 'One request',
          tags: ['Data'],
          security: [{ key: [] }],
          querystring: Type.Object(
            { time: Instant('As in the list of requests.'), id: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: 'As in the list of requests.' }) },
            { additionalProperties: false },
          ),
          response: { 200: RequestRow, ...problemsOf(400, 401, 403, 404) },
        },
      },
      async (request, reply) => {
        const { time, id } = request.query
        const [event] = await services.store.list({
          projectId: principalOf(request).project.id,
          filters: { from: time, to: time + 1 },
          order: 'oldest',
          limit: 1,
          after: { time, id: id - 1 },
          offset: 0,
          signal: untilClosed(reply),
        })
        if (event?.id === id) return toRow(event)
        throw new ProblemError(404, 'There is no request with this time and id: it was deleted, or belongs to another project.')
      },
    )
  }
