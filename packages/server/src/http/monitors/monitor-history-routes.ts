import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { toIncidentAnswer, toLatency } from '../../monitor/read-monitors.ts'
import { MAY_READ, principalOf, requireKey } from '../authorize.ts'
import { ProblemError } from '../problem.ts'
import { Instant, problemsOf } from '../schemas.ts'
import type { Services } from '../services.ts'
import { CheckAnswer, IncidentAnswer, LatencyAnswer, MonitorId } from './monitor-schemas.ts'
import { toCheckAnswer } from './monitors-routes.ts'

const DAY_MS = 86_400_000
const MAX_ROWS = 1_000

/** What checks have found: each of them, latency by the hour, and incidents. */
export const monitorHistoryRoutes =
  (services: Services): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { monitors, history } = services.monitoring
    const onRequest = requireKey(services, MAY_READ)
    const about = { tags: ['Monitors'], security: [{ key: [] }] }
    const limit = Type.Integer({ minimum: 1, maximum: MAX_ROWS, default: 100 })

    const find = async (projectId: number, id: string) => {
      const monitor = await monitors.find(projectId, id)
      if (monitor === null) throw new ProblemError(404, 'The project has no monitor with this id. `GET /api/v1/monitors` lists them.')
      return monitor
    }

    app.get(
      '/api/v1/monitor/checks',
      {
        onRequest,
        schema: {
          ...about,
          operationId: 'monitorChecks',
          summary: 'The checks of a monitor, the newest first',
          description: 'Each is kept for 3 days; what it adds to days and latency, for 90.',
          querystring: Type.Object({ id: MonitorId, limit, before: Type.Optional(Instant('Only those before it.')) }, { additionalProperties: false }),
          response: { 200: Type.Object({ checks: Type.Array(CheckAnswer) }), ...problemsOf(400, 401, 403, 404) },
        },
      },
      async (request) => {
        const { id, before = Number.MAX_SAFE_INTEGER, limit: rows } = request.query
        const monitor = await find(principalOf(request).project.id, id)
        return { checks: (await history.checks(monitor.id, before, rows)).map(toCheckAnswer) }
      },
    )

    app.get(
      '/api/v1/monitor/latency',
      {
        onRequest,
        schema: {
          ...about,
          operationId: 'monitorLatency',
          summary: 'How long a monitor took to get its answers, by the hour',
          querystring: Type.Object({ id: MonitorId, days: Type.Integer({ minimum: 1, maximum: 90, default: 7, description: 'Days before now.' }) }, { additionalProperties: false }),
          response: { 200: LatencyAnswer, ...problemsOf(400, 401, 403, 404) },
        },
      },
      async (request) => {
        const monitor = await find(principalOf(request).project.id, request.query.id)
        return toLatency(await history.latencies(monitor.id, services.now() - request.query.days * DAY_MS))
      },
    )

    app.get(
      '/api/v1/incidents',
      {
        onRequest,
        schema: {
          ...about,
          operationId: 'incidents',
          summary: 'Times in which targets were down, the newest first',
          description: 'Kept for 400 days.',
          querystring: Type.Object(
            { monitor: Type.Optional(MonitorId), limit, before: Type.Optional(Type.Integer({ minimum: 1, description: 'Id of the last one of the page before.' })) },
            { additionalProperties: false },
          ),
          response: { 200: Type.Object({ incidents: Type.Array(IncidentAnswer) }), ...problemsOf(400, 401, 403, 404) },
        },
      },
      async (request) => {
        const { project } = principalOf(request)
        const { monitor, before = null, limit: rows } = request.query
        const wanted = monitor === undefined ? null : (await find(project.id, monitor)).id
        const names = new Map((await monitors.list(project.id)).map(({ id, publicId }) => [id, publicId]))
        const incidents = await history.incidents(project.id, wanted, before, rows)
        return { incidents: incidents.map((incident) => toIncidentAnswer(incident, names.get(incident.monitorId) ?? '')) }
      },
    )
  }
