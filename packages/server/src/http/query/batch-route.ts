import { QUERY_LIMITS } from '@wayside/protocol'
import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Compile } from 'typebox/compile'
import { QueryProblem } from '../../query/query-problem.ts'
import { MAY_READ, principalOf, requireKey } from '../authorize.ts'
import { problemsOf, ProblemDocument } from '../schemas.ts'
import type { Services } from '../services.ts'
import { adviceOf } from './advice-of.ts'
import { AnswerSchema } from './answer-schema.ts'
import { askAll } from './ask-all.ts'
import { parseQuery } from './parse-query.ts'
import { QuerySchema } from './query-schema.ts'
import { sendAnswers } from './send-answers.ts'
import { untilClosed } from './until-closed.ts'

export const MAX_BATCH_BYTES = 4 * 1_024 * 1_024

const named = { minProperties: 1, maxProperties: QUERY_LIMITS.batchQueries, propertyNames: { minLength: 1, maxLength: 64 } }
const Names = Type.Object({ queries: Type.Unsafe<Readonly<Record<string, unknown>>>({ type: 'object', ...named }) }, { additionalProperties: false })
const isBatch = Compile(Names)

/** Answers under the names of their queries. */
export const AnswersSchema = Type.Object({
  answers: Type.Unsafe({ type: 'object', additionalProperties: AnswerSchema, description: 'By the names of the queries.' }),
  problems: Type.Unsafe({ type: 'object', additionalProperties: ProblemDocument, description: 'Of the queries that could not be answered.' }),
})

/** What describes a batch and what comes back. */
export const BatchBody = Type.Object({ queries: Type.Unsafe({ type: 'object', additionalProperties: QuerySchema, ...named }) }, { additionalProperties: false })
export const ANSWERS = { 200: { description: 'An answer or a problem for each name.', content: { 'application/json': { schema: AnswersSchema } } } }

/** `POST /api/v1/query/batch`: what a page needs in one round trip. */
export const batchRoute =
  (services: Services): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.post(
      '/api/v1/query/batch',
      {
        onRequest: requireKey(services, MAY_READ),
        bodyLimit: MAX_BATCH_BYTES,
        schema: {
          operationId: 'queryBatch',
          summary: 'Ask several queries at once',
          description: `At most ${QUERY_LIMITS.batchQueries}, by names of yours. One that cannot be answered has its problem document under its name and spoils no other.`,
          tags: ['Query'],
          security: [{ key: [] }],
          body: BatchBody,
          response: { ...ANSWERS, ...problemsOf(400, 401, 403, 503) },
        },
      },
      async (request, reply) => sendAnswers(reply, await askAll(services, request, principalOf(request).project, parseNames(request.body), parseQuery, untilClosed(reply))),
    )
  }

/** The queries of a batch by their names, which are not yet held against their schema. */
export function parseNames(value: unknown): ReadonlyMap<string, unknown> {
  if (isBatch.Check(value)) return new Map(Object.entries(value.queries))
  const { pointer, message } = adviceOf(isBatch.Errors(value), value)
  throw new QueryProblem(pointer, message)
}
