import { QUERY_LIMITS, type Filter } from '@wayside/protocol'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import type { Project } from '../../registry/registry.ts'
import { ProblemError } from '../problem.ts'
import { askAll } from '../query/ask-all.ts'
import { ANSWERS, BatchBody, MAX_BATCH_BYTES, parseNames } from '../query/batch-route.ts'
import { parseQuery } from '../query/parse-query.ts'
import { sendAnswers } from '../query/send-answers.ts'
import { untilClosed } from '../query/until-closed.ts'
import { toRetryAfter } from '../retry-after.ts'
import { problemsOf } from '../schemas.ts'
import type { Services } from '../services.ts'
import { createThrottle } from '../throttle.ts'
import { findShare, requirePass } from './find-share.ts'
import { lockQuery } from './lock-query.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Set before anything of the body is read, at the address of shared links alone. */
    shared: { readonly project: Project; readonly filter: Filter | null } | null
  }
}

/** Batches of one link: a view is one or two, and everybody who has the link counts together. */
const PER_SECOND = 5
const BURST = 60

/** `POST /api/v1/shared/query/batch`: what the token of a shared link is good for. */
export const sharedRoute =
  (services: Services): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { monotonicMs } = services
    const throttle = createThrottle({ perSecond: PER_SECOND, burst: BURST, monotonicMs })

    app.decorateRequest('shared', null)

    async function open(request: FastifyRequest): Promise<void> {
      const { share, project } = await findShare(services, request)
      requirePass(services, request, share)
      const waitMs = throttle.waitMs(share.id, 1)
      if (waitMs > 0) throw new ProblemError(429, `This link is asked more than ${PER_SECOND} times a second: wait a little.`, { 'retry-after': toRetryAfter(waitMs) })
      throttle.use(share.id, 1)
      request.shared = { project, filter: share.filter }
    }

    app.post(
      '/api/v1/shared/query/batch',
      {
        onRequest: open,
        bodyLimit: MAX_BATCH_BYTES,
        schema: {
          operationId: 'sharedQueryBatch',
          summary: 'Ask several queries with the token of a shared link',
          description: `The token stands in the header "Authorization: Bearer TOKEN", and beside it "x-wayside-pass" where the link has a password. At most ${QUERY_LIMITS.batchQueries}, among the requests of the link's filter. Nothing that names a single caller can be asked for: no path, consumer, user, API key, OAuth client or tag.`,
          tags: ['Query'],
          body: BatchBody,
          response: { ...ANSWERS, ...problemsOf(400, 401, 429, 503) },
        },
      },
      async (request, reply) => {
        const { shared } = request
        if (shared === null) throw new Error('a shared link is read without its token')
        return sendAnswers(reply, await askAll(services, request, shared.project, parseNames(request.body), (source) => lockQuery(shared.filter, parseQuery(source)), untilClosed(reply)))
      },
    )
  }
