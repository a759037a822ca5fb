import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { MAY_READ, MAY_WATCH, principalOf, requireKey } from '../authorize.ts'
import { ProblemError } from '../problem.ts'
import { problemsOf } from '../schemas.ts'
import type { Services } from '../services.ts'
import { WindowAnswer, WindowBody } from './monitor-schemas.ts'

const MAX_WINDOWS = 100
const MAX_LENGTH_MS = 30 * 86_400_000
/** Windows that have ended are shown for as long. */
const SHOWN_MS = 7 * 86_400_000
/** What is meant for now may have been written a little earlier. */
const SLACK_MS = 60_000

/** `/api/v1/maintenance`: planned times that count neither for nor against targets. */
export const maintenanceRoutes =
  (services: Services): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { door, now } = services
    const { maintenance } = services.monitoring
    const about = { tags: ['Monitors'], security: [{ key: [] }] }

    app.get(
      '/api/v1/maintenance',
      {
        onRequest: requireKey(services, MAY_READ),
        schema: {
          ...about,
          operationId: 'maintenance',
          summary: 'Maintenance that is planned, under way, or ended in the last 7 days',
          response: { 200: Type.Object({ windows: Type.Array(WindowAnswer) }), ...problemsOf(401, 403) },
        },
      },
      async (request) => ({ windows: [...(await maintenance.list(principalOf(request).project.id, now() - SHOWN_MS))] }),
    )

    app.post(
      '/api/v1/maintenance',
      {
        onRequest: requireKey(services, MAY_WATCH),
        schema: {
          ...about,
          operationId: 'planMaintenance',
          summary: 'Plan a time in which it says nothing that targets are down',
          description: 'Checks go on. They open no incident, and the time counts neither as up nor as down. What has been counted already stays, so it begins now or later.',
          body: WindowBody,
          response: { 200: WindowAnswer, ...problemsOf(400, 401, 403, 404, 409, 422) },
        },
      },
      async (request) => {
        const { keyId, project } = principalOf(request)
        const { body } = request
        if (body.from < now() - SLACK_MS) throw new ProblemError(422, 'It must begin now or later: what lies before has been counted.')
        if (body.to <= body.from || body.to - body.from > MAX_LENGTH_MS) throw new ProblemError(422, 'It must end after it begins, and within 30 days.')
        if ((await maintenance.list(project.id, now())).length >= MAX_WINDOWS) throw new ProblemError(409, `The project has ${MAX_WINDOWS} times planned, as many as it may. Remove one first.`)
        const window = await maintenance.plan(project.id, body)
        if (window === null) throw new ProblemError(404, 'The project has no monitor with this id. `GET /api/v1/monitors` lists them.')
        await door.audit.append({ actor: keyId, action: 'maintenance-planned', subject: `${window.id} ${window.monitor ?? 'all monitors'}`, projectId: project.id })
        return window
      },
    )

    app.delete(
      '/api/v1/maintenance',
      {
        onRequest: requireKey(services, MAY_WATCH),
        schema: {
          ...about,
          operationId: 'endMaintenance',
          summary: 'End maintenance now, or take it out of the plan',
          querystring: Type.Object({ window: Type.Integer({ minimum: 1, description: 'Its id.' }) }, { additionalProperties: false }),
          response: { 200: Type.Object({ ended: Type.Literal(true) }), ...problemsOf(400, 401, 403, 404) },
        },
      },
      async (request) => {
        const { keyId, project } = principalOf(request)
        const { window } = request.query
        if (!(await maintenance.end(project.id, window, now()))) throw new ProblemError(404, 'The project has no maintenance with this id that has not ended.')
        await door.audit.append({ actor: keyId, action: 'maintenance-ended', subject: String(window), projectId: project.id })
        return { ended: true as const }
      },
    )
  }
