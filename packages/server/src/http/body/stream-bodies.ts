import type { FastifyInstance } from 'fastify'

/**
 * Leaves request bodies to the routes of a scope: they stay unread on `request.raw`, whatever their content type. What a
 * route leaves unread when it answers is read and thrown away: a client that still sends would not get to the answer.
 */
export function streamBodies(app: Pick<FastifyInstance, 'removeAllContentTypeParsers' | 'addContentTypeParser' | 'addHook'>): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => done(null, undefined))
  app.addHook('onSend', async (request) => void request.raw.resume())
}
