import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Services } from '../services.ts'
import { auditRoute } from './audit-route.ts'
import { loginRoutes } from './login-routes.ts'
import { meRoutes } from './me-routes.ts'
import { peopleRoutes } from './people-routes.ts'
import { oidcRoutes } from './oidc-routes.ts'
import { pageRoutes } from './pages/page-routes.ts'
import { setUpRoutes } from './set-up-routes.ts'

/** All that people need to get in, and to let others in. */
export const authRoutes =
  (services: Services): FastifyPluginAsyncTypebox =>
  async (app) => {
    await app.register(setUpRoutes(services))
    await app.register(loginRoutes(services))
    await app.register(meRoutes(services))
    await app.register(peopleRoutes(services))
    await app.register(auditRoute(services))
    await app.register(oidcRoutes(services))
    await app.register(pageRoutes(services))
  }
