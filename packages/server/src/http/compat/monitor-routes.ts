import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { MONITOR_LIMITS } from '@wayside/protocol'
import type { FastifyRequest } from 'fastify'
import { refuseMonitor } from '../../monitor/check-input.ts'
import { MONITOR_DEFAULTS, type Monitor } from '../../monitor/monitor.ts'
import { TooManyMonitors } from '../../registry/monitors.ts'
import type { Principal } from '../../registry/registry.ts'
import { authorize, MAY_READ, MAY_WATCH, type Permission } from '../authorize.ts'
import { ProblemError } from '../problem.ts'
import { problemsOf } from '../schemas.ts'
import type { Services } from '../services.ts'
import { TOKEN_PLACE, tokenOf } from './token.ts'

/** Checks in one answer, shared by all monitors. */
const MAX_PINGS = 50_000

const Done = Type.Object({ status: Type.Integer(), message: Type.String() })
const Target = {
  user_id: Type.Optional(Type.String({ maxLength: 128, description: 'The key, where the header X-AUTH-TOKEN does not have it.' })),
  url: Type.String({ minLength: 1, maxLength: MONITOR_LIMITS.urlLength, description: 'The address, with or without http:// or https://.' }),
}

/** Monitors as clients of the API Analytics system ask for them. */
export const monitorRoutes =
  (services: Services): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { monitors, history } = services.monitoring
    const { door } = services
    const about = { tags: ['API Analytics'], security: [{ token: [] }] }

    const principal = (request: FastifyRequest, named: string | undefined, permission: Permission): Promise<Principal> =>
      authorize(services, tokenOf(request) ?? named ?? null, permission, TOKEN_PLACE)
    const find = async (projectId: number, url: string): Promise<Monitor | undefined> =>
      (await monitors.list(projectId)).find((monitor) => withoutScheme(monitor.url) === withoutScheme(url))

    app.post(
      '/api/monitor/add',
      {
        schema: {
          ...about,
          operationId: 'compatAddMonitor',
          summary: 'Have an address checked each minute',
          body: Type.Object({
            ...Target,
            secure: Type.Optional(Type.Boolean({ description: 'Whether an address without a scheme is one of HTTPS.' })),
            ping: Type.Optional(Type.Boolean({ description: 'Whether it is asked with HEAD and not with GET.' })),
          }),
          response: { 201: Done, ...problemsOf(400, 401, 403, 409) },
        },
      },
      async (request, reply) => {
        const { user_id: userId, url, secure = true, ping = false } = request.body
        const { keyId, project } = await principal(request, userId, MAY_WATCH)
        const whole = /^https?:\/\//i.test(url) ? url : `${secure ? 'https' : 'http'}://${url}`
        const settings = { ...MONITOR_DEFAULTS, name: withoutScheme(url).slice(0, MONITOR_LIMITS.nameLength), url: whole, method: ping ? ('HEAD' as const) : ('GET' as const) }
        const refusal = refuseMonitor(settings)
        if (refusal !== null) throw new ProblemError(400, refusal)
        if ((await find(project.id, whole)) !== undefined) throw new ProblemError(409, 'Monitor already exists.')
        const monitor = await monitors.create(project.id, settings).catch(refuseTooMany)
        await door.audit.append({ actor: keyId, action: 'monitor-created', subject: `${monitor.publicId} ${monitor.name}`, projectId: project.id })
        return reply.status(201).send({ status: 201, message: 'New monitor created successfully.' })
      },
    )

    app.post(
      '/api/monitor/delete',
      {
        schema: {
          ...about,
          operationId: 'compatDeleteMonitor',
          summary: 'Remove a monitor with all its checks',
          body: Type.Object(Target),
          response: { 201: Done, ...problemsOf(400, 401, 403, 404) },
        },
      },
      async (request, reply) => {
        const { user_id: userId, url } = request.body
        const { keyId, project } = await principal(request, userId, MAY_WATCH)
        const monitor = await find(project.id, url)
        if (monitor === undefined) throw new ProblemError(404, 'The project has no monitor of this address.')
        await monitors.remove(project.id, monitor.publicId)
        await door.audit.append({ actor: keyId, action: 'monitor-removed', subject: `${monitor.publicId} ${monitor.name}`, projectId: project.id })
        return reply.status(201).send({ status: 201, message: 'Monitor deleted successfully.' })
      },
    )

    const pings = async (request: FastifyRequest, named?: string) => {
      const { project } = await principal(request, named, MAY_READ)
      const list = await monitors.list(project.id)
      const limit = Math.floor(MAX_PINGS / Math.max(1, list.length))
      const rows = await Promise.all(
        list.map(async (monitor) => {
          const checks = await history.checks(monitor.id, Number.MAX_SAFE_INTEGER, limit)
          return [withoutScheme(monitor.url), checks.toReversed().map(({ at, status, timings }) => ({ response_time: Math.round(timings.totalUs / 1_000), status: status ?? 0, created_at: new Date(at).toISOString() }))] as const
        }),
      )
      return Object.fromEntries(rows)
    }
    const pingsSchema = {
      ...about,
      summary: 'The checks of all monitors, by address, the oldest first',
      description: 'Those of the last 3 days. A check without an answer has the status 0.',
      response: {
        200: Type.Record(Type.String(), Type.Array(Type.Object({ response_time: Type.Integer({ description: 'Milliseconds.' }), status: Type.Integer(), created_at: Type.String() }))),
        ...problemsOf(401, 403),
      },
    }
    app.get('/api/monitor/pings', { schema: { ...pingsSchema, operationId: 'compatPings' } }, (request) => pings(request))
    app.get(
      '/api/monitor/pings/:userId',
      { exposeHeadRoute: false, schema: { ...pingsSchema, operationId: 'compatPingsOfUser', deprecated: true, params: Type.Object({ userId: Type.String({ maxLength: 128, description: 'The key.' }) }) } },
      (request) => pings(request, request.params.userId),
    )
  }

function withoutScheme(url: string): string {
  return url.replace(/^https?:\/\//i, '')
}

function refuseTooMany(cause: unknown): never {
  if (!(cause instanceof TooManyMonitors)) throw cause
  throw new ProblemError(400, 'Monitor limit reached.', {}, { cause })
}
