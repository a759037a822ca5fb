import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { SAVED_VIEW_LIMITS, type SavedViewsList } from '@wayside/protocol'
import { TooManyViews } from '../registry/saved-views.ts'
import { MAY_READ, MAY_WATCH, may, principalOf, requireKey } from './authorize.ts'
import { ProblemError } from './problem.ts'
import { problemsOf, schemaOf } from './schemas.ts'
import type { Services } from './services.ts'

const Name = Type.String({ minLength: 1, maxLength: SAVED_VIEW_LIMITS.nameLength, description: 'One view has it.' })
const View = Type.Object(
  {
    name: Name,
    place: Type.String({ pattern: '^[a-z]{0,32}$', description: 'The last part of its path; empty for the overview.' }),
    query: Type.String({ maxLength: SAVED_VIEW_LIMITS.queryLength, description: 'Its parameters, as in an address.' }),
  },
  { additionalProperties: false },
)
const ViewsAnswer = schemaOf<SavedViewsList>()(Type.Object({ mayChange: Type.Boolean({ description: 'Whether you may save and remove some.' }), views: Type.Array(View) }))

/** `/api/v1/saved-views`: views of the page that everybody who sees the project finds there. */
export const savedViewsRoutes =
  (services: Services): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { savedViews } = services
    const about = { tags: ['Project'], security: [{ key: [] }] }

    app.get(
      '/api/v1/saved-views',
      { onRequest: requireKey(services, MAY_READ), schema: { ...about, operationId: 'savedViews', summary: 'Views that are saved for the project', response: { 200: ViewsAnswer, ...problemsOf(401, 403) } } },
      async (request): Promise<SavedViewsList> => {
        const principal = principalOf(request)
        return { mayChange: may(principal, MAY_WATCH), views: await savedViews.list(principal.project.id) }
      },
    )

    app.put(
      '/api/v1/saved-views',
      {
        onRequest: requireKey(services, MAY_WATCH),
        schema: { ...about, operationId: 'saveView', summary: 'Save a view for everybody who sees the project', description: 'In place of the one of the same name.', body: View, response: { 200: View, ...problemsOf(400, 401, 403, 409) } },
      },
      async (request) => {
        await savedViews.save(principalOf(request).project.id, request.body).catch((error: unknown) => {
          if (error instanceof TooManyViews) throw new ProblemError(409, `${error.message}: remove one that is not needed.`, {}, { cause: error })
          throw error
        })
        return request.body
      },
    )

    app.delete(
      '/api/v1/saved-views',
      {
        onRequest: requireKey(services, MAY_WATCH),
        schema: { ...about, operationId: 'removeView', summary: 'Remove a saved view', querystring: Type.Object({ name: Name }, { additionalProperties: false }), response: { 200: Type.Object({ removed: Type.Literal(true) }), ...problemsOf(400, 401, 403, 404) } },
      },
      async (request) => {
        if (!(await savedViews.remove(principalOf(request).project.id, request.query.name))) throw new ProblemError(404, 'The project has no saved view of this name.')
        return { removed: true as const }
      },
    )
  }
