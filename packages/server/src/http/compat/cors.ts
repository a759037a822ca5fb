import type { FastifyInstance } from 'fastify'

const PREFLIGHT = {
  'access-control-allow-methods': 'GET,POST,PUT,PATCH,DELETE,HEAD,OPTIONS',
  'access-control-allow-headers': 'Origin,Content-Length,Content-Type',
  'access-control-max-age': '43200',
} as const

/** Lets pages of any origin send to these addresses: they take a key, use no cookies and answer with nothing to read. */
export function allowAllOrigins(app: Pick<FastifyInstance, 'addHook' | 'options'>, paths: readonly string[]): void {
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers({ 'access-control-allow-origin': '*', 'cross-origin-resource-policy': 'cross-origin' })
  })
  for (const path of paths)
    app.options(path, { schema: { hide: true } }, async (_request, reply) => reply.code(204).headers(PREFLIGHT).send())
}
