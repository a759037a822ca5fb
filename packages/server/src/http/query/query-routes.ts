import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Query } from '@wayside/protocol'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { MAY_READ, principalOf, requireKey } from '../authorize.ts'
import { problemsOf } from '../schemas.ts'
import type { Services } from '../services.ts'
import { sharedRoute } from '../share/shared-route.ts'
import { answersOf } from './answers-of.ts'
import { ask } from './ask.ts'
import { batchRoute } from './batch-route.ts'
import { checkSchema } from './check-schema.ts'
import { FormatParameter, type Format } from './format.ts'
import { parseQuery, parseQueryText } from './parse-query.ts'
import { NESTED_SCHEMAS, QuerySchema } from './query-schema.ts'
import { sendAnswer } from './send-answer.ts'
import { sendProgress, wantsProgress } from './send-progress.ts'
import { untilClosed } from './until-closed.ts'

/** A filter of 500 long values and a cursor, with room. */
const MAX_QUERY_BYTES = 2 * 1_024 * 1_024

const description =
  'Counts, rates and percentiles of requests, grouped, filtered, ordered, page by page, beside another range. A query with a mistake is refused with 400, what is wrong and where; one that is too large with 422 and what to narrow. With `Accept: text/event-stream` a query tells that it is worked on: events `progress` with the part that is `done`, from 0 to 1 and 0 where the engine does not know it, then `answer` or `problem`; it has no time limit then, and stops when the client leaves.'

/** `POST /api/v1/query`, the same as a `GET`, and several at once. */
export const queryRoutes =
  (services: Services): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.setValidatorCompiler(checkSchema)
    for (const schema of NESTED_SCHEMAS) app.addSchema(schema)
    await app.register(batchRoute(services))
    await app.register(sharedRoute(services))
    const about = { description, tags: ['Query'], security: [{ key: [] }], response: { ...answersOf(200), ...problemsOf(400, 401, 403, 422, 503) } }
    const onRequest = requireKey(services, MAY_READ)

    async function answer(request: FastifyRequest, reply: FastifyReply, query: Query, format: Format | undefined): Promise<FastifyReply> {
      const signal = untilClosed(reply)
      if (format === undefined && wantsProgress(request)) return sendProgress(request, reply, services.log, (onProgress) => ask(services, principalOf(request), query, signal, onProgress))
      return sendAnswer(request, reply, await ask(services, principalOf(request), query, signal), format)
    }

    app.post(
      '/api/v1/query',
      {
        onRequest,
        bodyLimit: MAX_QUERY_BYTES,
        schema: {
          ...about,
          operationId: 'query',
          summary: 'Ask anything of the requests',
          querystring: Type.Object({ format: Type.Optional(FormatParameter) }, { additionalProperties: false }),
          body: QuerySchema,
        },
      },
      async (request, reply) => answer(request, reply, parseQuery(request.body), request.query.format),
    )

    app.get(
      '/api/v1/query',
      {
        onRequest,
        schema: {
          ...about,
          operationId: 'queryByAddress',
          summary: 'The same, with the query as a parameter',
          querystring: Type.Object({ q: Type.String({ description: 'The query as JSON.' }), format: Type.Optional(FormatParameter) }, { additionalProperties: false }),
        },
      },
      async (request, reply) => answer(request, reply, parseQueryText(request.query.q), request.query.format),
    )
  }
