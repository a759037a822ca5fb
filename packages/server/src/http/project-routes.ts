import type { CurrentProject } from '@wayside/protocol'
import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { KEY_KINDS } from '../registry/registry.ts'
import { MAY_KNOW, principalOf, requireKey } from './authorize.ts'
import { Instant, OneOf, problemsOf, schemaOf } from './schemas.ts'
import type { Services } from './services.ts'

const ProjectAnswer = schemaOf<CurrentProject>()(
  Type.Object({
    id: Type.String(),
    name: Type.String(),
    privacyFloor: Type.Unsafe<0 | 1 | 2>({ type: 'integer', enum: [0, 1, 2], description: 'The least privacy level that is stored.' }),
    timeZone: Type.String(),
    createdAt: Instant('When the project was made.'),
    keyKind: OneOf(KEY_KINDS, 'What the key in use may do.'),
  }),
)

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
  }
