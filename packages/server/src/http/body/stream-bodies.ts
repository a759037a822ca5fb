import type { FastifyInstance } from 'fastify'

/** Leaves request bodies to the routes of a scope: they stay unread on `request.raw`, whatever their content type. */
export function streamBodies(app: Pick<FastifyInstance, 'removeAllContentTypeParsers' | 'addContentTypeParser'>): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => done(null, undefined))
}
