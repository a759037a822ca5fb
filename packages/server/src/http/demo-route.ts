import type { FastifyPluginAsync } from 'fastify'
import { DEMO_KEY } from '../demo/demo.ts'
import { ProblemError } from './problem.ts'
import type { Services } from './services.ts'

/** `/dashboard/demo`: the page with the demo in it, where the server shows one. */
export const demoRoute =
  ({ demo, settings: { basePath } }: Services): FastifyPluginAsync =>
  async (app) => {
    app.get('/dashboard/demo', { schema: { hide: true } }, async (_request, reply) => {
      if (demo === null) throw new ProblemError(404, 'This server shows no demo. Start it with --demo for one.')
      return reply.redirect(`${basePath}/#key=${DEMO_KEY}`)
    })
  }
