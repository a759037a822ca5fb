import { createHash, timingSafeEqual } from 'node:crypto'
import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Metrics } from '../metrics/metrics.ts'
import { ProblemError } from './problem.ts'

/** `/metrics`, for Prometheus. */
export const metricsRoute =
  (metrics: Metrics, token: string): FastifyPluginAsyncTypebox =>
  async (app) => {
    const expected = digest(token)
    app.get(
      '/metrics',
      {
        schema: {
          operationId: 'metrics',
          summary: 'What the server does and how full it is, in the text format of Prometheus',
          description: 'With the token of `--metrics-token-file`, in the header "Authorization: Bearer TOKEN".',
          tags: ['Operations'],
          response: { 200: Type.String() },
        },
      },
      async (request, reply) => {
        const given = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1]
        if (given === undefined || !timingSafeEqual(digest(given), expected))
          throw new ProblemError(401, 'Send the token of --metrics-token-file in the header "Authorization: Bearer TOKEN".', { 'www-authenticate': 'Bearer realm="wayside"' })
        return reply.type(metrics.contentType).send(await metrics.text())
      },
    )
  }

/** Of one length, whatever the text. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
