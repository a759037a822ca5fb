import type { Filter } from '@wayside/protocol'
import { Type, type FastifyPluginAsyncTypebox, type Static } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { MAY_READ, principalOf, requireKey } from '../authorize.ts'
import { Instant, problemsOf } from '../schemas.ts'
import type { Services } from '../services.ts'
import { askAll } from './ask-all.ts'
import { AnswersSchema } from './batch-route.ts'
import { AboutRequests, toQuery, type Asked } from './curated-parameters.ts'
import { CONSUMERS, ENDPOINTS, ERRORS, SERIES } from './metric-sets.ts'
import { sendAnswers } from './send-answers.ts'
import { seriesDimension } from './series-dimension.ts'
import { untilClosed } from './until-closed.ts'

const Name = (description: string) => Type.String({ minLength: 1, maxLength: 2_048, description })
const EndpointParameters = Type.Object({ ...AboutRequests, endpoint: Name('Method and route, such as GET /users/:id.') }, { additionalProperties: false })
const ConsumerParameters = Type.Object({ ...AboutRequests, consumer: Name('As in the list of consumers.') }, { additionalProperties: false })
const ErrorParameters = Type.Object({ ...AboutRequests, fingerprint: Name('As in the list of errors by fingerprint.') }, { additionalProperties: false })
const ErrorSchema = Type.Object({
  ...AnswersSchema.properties,
  stack: Type.Union([
    Type.Object({
      errorClass: Type.String(),
      frames: Type.Array(Type.String(), { description: 'Function, file, line and column, the innermost first.' }),
      seenAt: Instant('When it was last told, once an hour while the error goes on.'),
    }),
    Type.Null(),
  ]),
})
const AboutParameters = Type.Object(AboutRequests)

/** One endpoint, one consumer and one error: what their pages show, each table as a query that a batch answers alike. */
export const detailRoutes =
  (services: Services): FastifyPluginAsyncTypebox =>
  async (app) => {
    const onRequest = requireKey(services, MAY_READ)
    const response = { 200: { description: 'The answers by their names.', content: { 'application/json': { schema: AnswersSchema } } }, ...problemsOf(400, 401, 403, 503) }
    const about = { tags: ['Reports'], security: [{ key: [] }], response }

    async function askTables(request: FastifyRequest, reply: FastifyReply, parameters: Static<typeof AboutParameters>, filter: Filter, tables: Readonly<Record<string, Asked>>) {
      const time = seriesDimension(toQuery(parameters, { metrics: SERIES }), principalOf(request).project, services.now())
      const asked = Object.entries({ totals: { metrics: ENDPOINTS, compare: 'previous' as const }, timeseries: { metrics: SERIES, dimensions: [time] }, ...tables })
      const queries = new Map(asked.map(([name, table]) => [name, toQuery(parameters, { filter, ...table })]))
      return askAll(services, request, principalOf(request).project, queries, (query) => query, untilClosed(reply))
    }

    app.get(
      '/api/v1/endpoint',
      { onRequest, schema: { ...about, operationId: 'endpoint', summary: 'One endpoint: totals, timeseries, statuses, consumers, clients and errors', querystring: EndpointParameters } },
      async (request, reply) => {
        const { endpoint, ...parameters } = request.query
        const filter: Filter = ['is', 'endpoint', [endpoint]]
        const answers = await askTables(request, reply, parameters, filter, {
          statuses: { metrics: ['requests'], dimensions: ['status'] },
          consumers: { metrics: CONSUMERS, dimensions: ['consumer', 'consumerKind'], limit: 20 },
          clients: { metrics: ['requests', 'errors'], dimensions: ['client'], limit: 20 },
          errors: { metrics: ERRORS, dimensions: ['errorFingerprint', 'errorClass'], filter: ['and', [filter, ['exists', 'errorFingerprint']]], limit: 20 },
        })
        return sendAnswers(reply, answers)
      },
    )

    app.get(
      '/api/v1/consumer',
      { onRequest, schema: { ...about, operationId: 'consumer', summary: 'One consumer: totals, timeseries, endpoints, statuses and clients', querystring: ConsumerParameters } },
      async (request, reply) => {
        const { consumer, ...parameters } = request.query
        const answers = await askTables(request, reply, parameters, ['is', 'consumer', [consumer]], {
          endpoints: { metrics: CONSUMERS, dimensions: ['endpoint'], limit: 20 },
          statuses: { metrics: ['requests'], dimensions: ['status'] },
          clients: { metrics: ['requests', 'errors'], dimensions: ['client', 'clientVersion'], limit: 20 },
        })
        return sendAnswers(reply, answers)
      },
    )

    app.get(
      '/api/v1/error',
      {
        onRequest,
        schema: {
          ...about,
          response: { ...response, 200: { description: 'The answers by their names, and the stack.', content: { 'application/json': { schema: ErrorSchema } } } },
          operationId: 'error',
          summary: 'One error: where it was thrown, totals, timeseries, endpoints, consumers and versions',
          querystring: ErrorParameters,
        },
      },
      async (request, reply) => {
        const { fingerprint, ...parameters } = request.query
        const [answers, stack] = await Promise.all([
          askTables(request, reply, parameters, ['is', 'errorFingerprint', [fingerprint]], {
            endpoints: { metrics: ERRORS, dimensions: ['endpoint'], limit: 20 },
            consumers: { metrics: CONSUMERS, dimensions: ['consumer', 'consumerKind'], limit: 20 },
            versions: { metrics: ERRORS, dimensions: ['serviceVersion'], limit: 20 },
          }),
          services.store.stack({ projectId: principalOf(request).project.id, fingerprint }),
        ])
        return sendAnswers(reply, { ...answers, stack })
      },
    )
  }
