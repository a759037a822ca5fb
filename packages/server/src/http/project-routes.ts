import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { KEY_KINDS } from '../registry/registry.ts'
import { MAY_ERASE, MAY_KNOW, principalOf, requireKey } from './authorize.ts'
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
          summary: 'Remove all events of the project',
          description: 'Answers no longer show them once this returns. The project and its keys stay.',
          tags: ['Project'],
          security: [{ key: [] }],
          response: {
            200: Type.Object({ events: Type.Integer({ description: 'Events removed.' }) }),
            ...problemsOf(401, 403),
          },
        },
      },
      async (request) => {
        const { project } = principalOf(request)
        const { events } = await services.eraseData(project.id)
        services.log.info('removed the data of a project', { projectId: project.id, events })
        return { events }
      },
    )
  }
