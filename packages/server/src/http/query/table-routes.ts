import { TIME_GRAINS, type Filter, type QueryDimension } from '@wayside/protocol'
import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { MAY_READ, principalOf, requireKey } from '../authorize.ts'
import { OneOf, problemsOf } from '../schemas.ts'
import type { Services } from '../services.ts'
import { answersOf } from './answers-of.ts'
import { ask } from './ask.ts'
import { AboutTable, toQuery, type Asked, type TableParameters } from './curated-parameters.ts'
import { CONSUMERS, ENDPOINTS, ERRORS, SERIES } from './metric-sets.ts'
import { sendAnswer } from './send-answer.ts'
import { seriesDimension } from './series-dimension.ts'
import { untilClosed } from './until-closed.ts'

const ERROR_GROUPS: Readonly<Record<'status' | 'endpoint' | 'fingerprint', readonly QueryDimension[]>> = {
  status: ['status'],
  endpoint: ['endpoint', 'status'],
  fingerprint: ['errorFingerprint', 'errorClass', 'endpoint'],
}
const FAILED: Filter = ['gte', 'status', 400]
const KNOWN_ERROR: Filter = ['exists', 'errorFingerprint']

/** Tables that people ask for every day, as addresses. Each is a query that `POST /api/v1/query` answers alike. */
export const tableRoutes =
  (services: Services): FastifyPluginAsyncTypebox =>
  async (app) => {
    const onRequest = requireKey(services, MAY_READ)
    const about = { tags: ['Reports'], security: [{ key: [] }], response: { ...answersOf(200), ...problemsOf(400, 401, 403, 422, 503) } }

    const answer = async (request: FastifyRequest, reply: FastifyReply, parameters: TableParameters, asked: Asked) =>
      sendAnswer(request, reply, await ask(services, principalOf(request), toQuery(parameters, asked), untilClosed(reply)), parameters.format)

    app.get(
      '/api/v1/timeseries',
      {
        onRequest,
        schema: {
          ...about,
          operationId: 'timeseries',
          summary: 'Requests, errors and latency over time',
          querystring: Type.Object(
            {
              ...AboutTable,
              interval: Type.Optional(OneOf(TIME_GRAINS, 'One that suits the range where absent.')),
              by: Type.Optional(Type.String({ maxLength: 70, description: 'A dimension, for a series of each of its values.' })),
            },
            { additionalProperties: false },
          ),
        },
      },
      async (request, reply) => {
        const { interval, by, ...parameters } = request.query
        const time = interval === undefined ? seriesDimension(toQuery(parameters, { metrics: SERIES }), principalOf(request).project, services.now()) : `time:${interval}`
        return answer(request, reply, parameters, { metrics: SERIES, dimensions: by === undefined ? [time] : [time, by] })
      },
    )

    app.get(
      '/api/v1/endpoints',
      { onRequest, schema: { ...about, operationId: 'endpoints', summary: 'Endpoints, those with most requests first', querystring: Type.Object(AboutTable, { additionalProperties: false }) } },
      async (request, reply) => answer(request, reply, request.query, { metrics: ENDPOINTS, dimensions: ['endpoint'] }),
    )

    app.get(
      '/api/v1/consumers',
      { onRequest, schema: { ...about, operationId: 'consumers', summary: 'Consumers, those with most requests first', querystring: Type.Object(AboutTable, { additionalProperties: false }) } },
      async (request, reply) => answer(request, reply, request.query, { metrics: CONSUMERS, dimensions: ['consumer', 'consumerKind'], filter: ['exists', 'consumer'] }),
    )

    app.get(
      '/api/v1/errors',
      {
        onRequest,
        schema: {
          ...about,
          operationId: 'errors',
          summary: 'Requests that failed, by status, by endpoint, or by where the error was thrown',
          querystring: Type.Object({ ...AboutTable, by: Type.Optional(OneOf(['status', 'endpoint', 'fingerprint'], 'status where absent.')) }, { additionalProperties: false }),
        },
      },
      async (request, reply) => {
        const { by = 'status', ...parameters } = request.query
        return answer(request, reply, parameters, { metrics: ERRORS, dimensions: ERROR_GROUPS[by], filter: by === 'fingerprint' ? KNOWN_ERROR : FAILED })
      },
    )

    app.get(
      '/api/v1/values',
      {
        onRequest,
        schema: {
          ...about,
          operationId: 'values',
          summary: 'Values of a dimension, those with most requests first',
          querystring: Type.Object(
            {
              ...AboutTable,
              dimension: Type.String({ maxLength: 70, description: 'Such as endpoint, or tag:plan.' }),
              q: Type.Optional(Type.String({ minLength: 1, maxLength: 256, description: 'What the value must contain.' })),
            },
            { additionalProperties: false },
          ),
        },
      },
      async (request, reply) => {
        const { dimension, q, ...parameters } = request.query
        return answer(request, reply, parameters, { metrics: ['requests'], dimensions: [dimension], ...(q !== undefined && { filter: ['contains', dimension, [q]] }) })
      },
    )
  }
