import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { MonitorCheck, MonitorInput } from '@wayside/protocol'
import { refuseMonitor } from '../../monitor/check-input.ts'
import type { CheckResult } from '../../monitor/check-result.ts'
import { MONITOR_DEFAULTS, type Monitor } from '../../monitor/monitor.ts'
import { readMonitors } from '../../monitor/read-monitors.ts'
import { TooManyMonitors } from '../../registry/monitors.ts'
import type { Project } from '../../registry/registry.ts'
import { MAY_READ, MAY_WATCH, principalOf, requireKey } from '../authorize.ts'
import { ProblemError } from '../problem.ts'
import { problemsOf } from '../schemas.ts'
import type { Services } from '../services.ts'
import { createThrottle } from '../throttle.ts'
import { CheckAnswer, MonitorAnswer, MonitorBody, MonitorChanges, MonitorId } from './monitor-schemas.ts'

/** Checks that a project may ask for by itself. */
const TRIES_PER_MINUTE = 30
const NOT_THERE = 'The project has no monitor with this id. `GET /api/v1/monitors` lists them.'
/** Headers and a pattern besides what small bodies hold. */
const MAX_MONITOR_BYTES = 64 * 1_024

/** `/api/v1/monitors` and `/api/v1/monitor`: addresses that are asked again and again, and how they do. */
export const monitorsRoutes =
  (services: Services): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { door, monitoring, now } = services
    const { monitors } = monitoring
    const about = { tags: ['Monitors'], security: [{ key: [] }] }
    const byId = Type.Object({ id: MonitorId }, { additionalProperties: false })
    const throttle = createThrottle({ perSecond: TRIES_PER_MINUTE / 60, burst: TRIES_PER_MINUTE, monotonicMs: services.monotonicMs })

    const report = async (project: Project, { publicId }: Pick<Monitor, 'publicId'>) => {
      const found = (await readMonitors(monitoring, project, now())).find(({ id }) => id === publicId)
      if (found === undefined) throw new ProblemError(404, NOT_THERE)
      return found
    }
    const find = async (project: Project, id: string): Promise<Monitor> => {
      const monitor = await monitors.find(project.id, id)
      if (monitor === null) throw new ProblemError(404, NOT_THERE)
      return monitor
    }
    const audit = (actor: string, action: 'monitor-created' | 'monitor-changed' | 'monitor-removed', subject: string, { id }: Project) =>
      door.audit.append({ actor, action, subject, projectId: id })

    app.get(
      '/api/v1/monitors',
      {
        onRequest: requireKey(services, MAY_READ),
        schema: {
          ...about,
          operationId: 'monitors',
          summary: 'The monitors of the project, and how their targets do',
          response: { 200: Type.Object({ monitors: Type.Array(MonitorAnswer) }), ...problemsOf(401, 403) },
        },
      },
      async (request) => ({ monitors: [...(await readMonitors(monitoring, principalOf(request).project, now()))] }),
    )

    app.post(
      '/api/v1/monitors',
      {
        onRequest: requireKey(services, MAY_WATCH),
        bodyLimit: MAX_MONITOR_BYTES,
        schema: {
          ...about,
          operationId: 'createMonitor',
          summary: 'Have an address checked again and again',
          description: 'The first check is made at once. Private addresses are not connected to, unless the operator has opened them with --private-targets.',
          body: MonitorBody,
          response: { 200: MonitorAnswer, ...problemsOf(400, 401, 403, 409, 422) },
        },
      },
      async (request) => {
        const { keyId, project } = principalOf(request)
        const monitor = await monitors.create(project.id, checked({ ...MONITOR_DEFAULTS, ...request.body })).catch(refuseTooMany)
        await audit(keyId, 'monitor-created', `${monitor.publicId} ${monitor.name}`, project)
        return report(project, monitor)
      },
    )

    app.get(
      '/api/v1/monitor',
      {
        onRequest: requireKey(services, MAY_READ),
        schema: { ...about, operationId: 'monitor', summary: 'One monitor', querystring: byId, response: { 200: MonitorAnswer, ...problemsOf(400, 401, 403, 404) } },
      },
      async (request) => {
        const { project } = principalOf(request)
        return report(project, await find(project, request.query.id))
      },
    )

    app.patch(
      '/api/v1/monitor',
      {
        onRequest: requireKey(services, MAY_WATCH),
        bodyLimit: MAX_MONITOR_BYTES,
        schema: {
          ...about,
          operationId: 'changeMonitor',
          summary: 'Change settings of a monitor, pause it or go on',
          description: 'What is left out stays; `headers` replaces all of them. A URL of another host takes the former headers away. It is checked at once.',
          querystring: byId,
          body: MonitorChanges,
          response: { 200: MonitorAnswer, ...problemsOf(400, 401, 403, 404, 422) },
        },
      },
      async (request) => {
        const { keyId, project } = principalOf(request)
        const before = await find(project, request.query.id)
        const { body } = request
        const changes = isElsewhere(before, body.url) ? { headers: {}, ...body } : body
        checked({ ...before, ...changes })
        const monitor = await monitors.change(project.id, before.publicId, changes)
        if (monitor === null) throw new ProblemError(404, NOT_THERE)
        await audit(keyId, 'monitor-changed', `${monitor.publicId} ${Object.keys(request.body).join(', ')}`, project)
        return report(project, monitor)
      },
    )

    app.delete(
      '/api/v1/monitor',
      {
        onRequest: requireKey(services, MAY_WATCH),
        schema: {
          ...about,
          operationId: 'removeMonitor',
          summary: 'Remove a monitor with all its checks and incidents',
          querystring: byId,
          response: { 200: Type.Object({ removed: Type.Literal(true) }), ...problemsOf(400, 401, 403, 404) },
        },
      },
      async (request) => {
        const { keyId, project } = principalOf(request)
        const { publicId, name } = await find(project, request.query.id)
        await monitors.remove(project.id, publicId)
        await audit(keyId, 'monitor-removed', `${publicId} ${name}`, project)
        return { removed: true as const }
      },
    )

    app.post(
      '/api/v1/monitor/check',
      {
        onRequest: requireKey(services, MAY_WATCH),
        schema: {
          ...about,
          operationId: 'checkMonitor',
          summary: 'Check a monitor within a second',
          description: '`GET /api/v1/monitor/checks` shows what it found. A paused one is not checked.',
          querystring: byId,
          response: { 202: Type.Object({ due: Type.Literal(true) }), ...problemsOf(400, 401, 403, 404, 429) },
        },
      },
      async (request, reply) => {
        const { project } = principalOf(request)
        const monitor = await find(project, request.query.id)
        takeTry(project)
        await monitors.hurry(monitor)
        return reply.status(202).send({ due: true as const })
      },
    )

    app.post(
      '/api/v1/monitors/try',
      {
        onRequest: requireKey(services, MAY_WATCH),
        bodyLimit: MAX_MONITOR_BYTES,
        schema: {
          ...about,
          operationId: 'tryMonitor',
          summary: 'Make one check, without making a monitor',
          description: 'Nothing is kept. With `id`, what is left out is as that monitor has it, its headers too while the address is its own.',
          querystring: Type.Partial(byId, { additionalProperties: false }),
          body: MonitorChanges,
          response: { 200: CheckAnswer, ...problemsOf(400, 401, 403, 404, 422, 429) },
        },
      },
      async (request) => {
        const { project } = principalOf(request)
        const { id } = request.query
        const stored = id === undefined ? null : await find(project, id)
        const settings = checked({ ...MONITOR_DEFAULTS, name: 'try', url: '', ...stored, ...(stored !== null && isElsewhere(stored, request.body.url) && { headers: {} }), ...request.body })
        takeTry(project)
        return toCheckAnswer(await monitoring.check(settings))
      },
    )

    function takeTry({ id }: Project): void {
      const waitMs = throttle.waitMs(String(id), 1)
      if (waitMs > 0) throw new ProblemError(429, `More than ${TRIES_PER_MINUTE} checks were asked for in a minute. Wait, then try again.`, { 'retry-after': String(Math.ceil(waitMs / 1_000)) })
      throttle.use(String(id), 1)
    }
  }

/** Whether a URL is of another host than the monitor's: headers that nobody is shown do not go where somebody could read them. */
function isElsewhere(stored: Monitor, url: string | undefined): boolean {
  return url !== undefined && URL.parse(url)?.origin !== URL.parse(stored.url)?.origin
}

/** Throws 422 for what a schema cannot say. */
function checked(settings: MonitorInput): MonitorInput {
  const refusal = refuseMonitor(settings)
  if (refusal !== null) throw new ProblemError(422, refusal)
  return settings
}

function refuseTooMany(cause: unknown): never {
  if (!(cause instanceof TooManyMonitors)) throw cause
  throw new ProblemError(409, `There is no room for another one: ${cause.message}. Remove one first.`, {}, { cause })
}

export function toCheckAnswer({ timings, ...check }: CheckResult): MonitorCheck {
  const { at, state, reason, status, certificateEndsAt } = check
  return { at, state, reason, status, ...timings, certificateEndsAt }
}
