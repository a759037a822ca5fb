import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { PARTS } from '../../config/roles.ts'
import type { IntakeGate } from '../intake-gate.ts'
import type { Services } from '../services.ts'
import { answerCompatErrors } from './compat-errors.ts'
import { dataRoute } from './data-route.ts'
import { deleteRoute } from './delete-route.ts'
import { generateRoute } from './generate-route.ts'
import { logRequestsRoute } from './log-requests-route.ts'
import { monitorRoutes } from './monitor-routes.ts'
import { userIdRoute } from './user-id-route.ts'
import { userRequestsRoute } from './user-requests-route.ts'

/** What clients of the API Analytics system, in any language, ask of their server. */
export const compatRoutes =
  (services: Services, gate: IntakeGate | null): FastifyPluginAsyncTypebox =>
  async (app) => {
    answerCompatErrors(app, services.log)
    if (gate !== null) await app.register(logRequestsRoute(services, gate))
    if (PARTS[services.settings.role].answers) {
      await app.register(dataRoute(services))
      await app.register(generateRoute(services))
      await app.register(deleteRoute(services))
      await app.register(monitorRoutes(services))
      await app.register(userIdRoute(services))
      await app.register(userRequestsRoute(services))
    }
    app.get(
      '/api/health',
      {
        schema: {
          operationId: 'compatHealth',
          summary: 'Whether the process answers',
          tags: ['API Analytics'],
          response: { 200: Type.Object({ status: Type.Literal('healthy') }) },
        },
      },
      async () => ({ status: 'healthy' as const }),
    )
  }
