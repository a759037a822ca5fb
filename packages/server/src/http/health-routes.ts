import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Services } from './services.ts'

/** `/healthz`: the process answers. `/readyz`: it can take and show events. */
export const healthRoutes =
  (services: Services): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/healthz',
      {
        schema: {
          operationId: 'health',
          summary: 'Whether the process answers',
          tags: ['Operations'],
          response: { 200: Type.Object({ status: Type.Literal('alive') }) },
        },
      },
      async () => ({ status: 'alive' as const }),
    )

    const State = Type.Object({ ready: Type.Boolean(), checks: Type.Record(Type.String(), Type.String()), alarms: Type.Array(Type.String()) })
    app.get(
      '/readyz',
      {
        schema: {
          operationId: 'readiness',
          summary: 'Whether the server can take and show events',
          tags: ['Operations'],
          response: { 200: State, 503: State },
        },
      },
      async (_request, reply) => {
        const state = services.readiness()
        return reply.code(state.ready ? 200 : 503).send({ ready: state.ready, checks: { ...state.checks }, alarms: [...state.alarms] })
      },
    )
  }
