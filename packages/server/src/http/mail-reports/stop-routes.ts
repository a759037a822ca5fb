import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Services } from '../services.ts'

const Link = Type.Object({ id: Type.String({ maxLength: 64 }) }, { additionalProperties: false })

/**
 * `/api/v1/reports/stop`: who has the link of a report gets no more of them. A `GET` only asks, as programs follow links that
 * nobody has clicked; a `POST` stops them, also that of an e-mail program (RFC 8058).
 */
export const stopRoutes =
  (services: Services): FastifyPluginAsyncTypebox =>
  async (app) => {
    // The form says nothing that the address does not.
    app.addContentTypeParser(['application/x-www-form-urlencoded', 'multipart/form-data'], { bodyLimit: 1_024 }, (_request, payload, done) => {
      payload.resume()
      payload.once('end', () => done(null, undefined))
      payload.once('error', done)
    })

    app.get('/api/v1/reports/stop', { schema: { hide: true, querystring: Link } }, async (_request, reply) =>
      reply.type('text/html; charset=utf-8').send(toPage('<form method="post"><p>No more of these e-mails?</p><button>Stop them</button></form>')),
    )

    app.post('/api/v1/reports/stop', { schema: { hide: true, querystring: Link } }, async (request, reply) => {
      // Also when they were stopped before: the answer is the same.
      await services.mailReports.stop(request.query.id)
      return reply.type('text/html; charset=utf-8').send(toPage('<p role="status">You get no more of these e-mails.</p>'))
    })
  }

function toPage(body: string): string {
  return `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Reports by e-mail · Wayside</title></head>\n<body><main><h1>Reports by e-mail</h1>${body}</main></body></html>\n`
}
