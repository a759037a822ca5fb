import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Services } from '../services.ts'
import { generateRoute } from './generate-route.ts'

/** What clients of the API Analytics system, in any language, ask of their server. */
export const compatRoutes =
  (services: Services): FastifyPluginAsyncTypebox =>
  async (app) => {
    await app.register(generateRoute(services))
  }
