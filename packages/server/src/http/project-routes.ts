import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Days } from '../erase/erasure.ts'
import { KEY_KINDS } from '../registry/registry.ts'
import { MAY_ERASE, MAY_KNOW, principalOf, requireKey } from './authorize.ts'
import { ProblemError } from './problem.ts'
import { Instant, OneOf, problemsOf } from './schemas.ts'
import type { Services } from './services.ts'

const ProjectAnswer = Type.Object({
  id: Type.String(),
  name: Type.String(),
  privacyFloor: Type.Integer({ description: 'The least privacy level that is stored, 0 to 2.' }),
  timeZone: Type.String(),
  createdAt: Instant('When the project was made.'),
  keyKind: OneOf(KEY_KINDS, 'What the key in use may do.'),
})

const DAY_MS = 86_400_000
/** Later than any event. */
const NEVER = Date.UTC(9_999, 0)
const Day = (description: string) => Type.Optional(Type.String({ format: 'date', description }))

/** `/api/v1/project`: the project of the key in use. */
export const projectRoutes =
  (services: Services): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/api/v1/project',
      {
        onRequest: requireKey(services, MAY_KNOW),
        schema: {
          operationId: 'project',
          summary: 'The project of the key in use',
          tags: ['Project'],
          security: [{ key: [] }],
          response: { 200: ProjectAnswer, ...problemsOf(401) },
        },
      },
      async (request) => {
        const { project, kind } = principalOf(request)
        const { publicId, name, privacyFloor, timeZone, createdAt } = project
        return { id: publicId, name, privacyFloor, timeZone, createdAt, keyKind: kind }
      },
    )

    app.delete(
      '/api/v1/project/data',
      {
        onRequest: requireKey(services, MAY_ERASE),
        schema: {
          operationId: 'eraseData',
          summary: 'Remove events of the project, all or those of some days',
          description: 'Answers no longer show them once this returns. The project and its keys stay.',
          tags: ['Project'],
          security: [{ key: [] }],
          querystring: Type.Object({ from: Day('The first of the days (UTC), such as 2026-01-31. Without it, as far back as there are any.'), to: Day('The last of them. Without it, all from `from` on.') }, { additionalProperties: false }),
          response: {
            200: Type.Object({ events: Type.Integer({ description: 'Events removed.' }) }),
            ...problemsOf(400, 401, 403),
          },
        },
      },
      async (request) => {
        const { project } = principalOf(request)
        const days = toDays(request.query)
        const { events } = await services.eraseData(project.id, days)
        services.log.info('removed the data of a project', { projectId: project.id, events, ...days })
        return { events }
      },
    )
  }

/** `undefined` for all. Throws 400. */
function toDays({ from, to }: { readonly from?: string; readonly to?: string }): Days | undefined {
  if (from === undefined && to === undefined) return undefined
  const days = { from: from === undefined ? 0 : Date.parse(from), before: to === undefined ? NEVER : Date.parse(to) + DAY_MS }
  if (days.from >= days.before) throw new ProblemError(400, `The first day, ${from}, comes after the last, ${to}.`)
  return days
}
