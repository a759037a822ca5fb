import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { SlugTaken } from '../../registry/status-pages.ts'
import { MAY_PUBLISH, MAY_READ, principalOf, requireKey } from '../authorize.ts'
import { ProblemError } from '../problem.ts'
import { problemsOf } from '../schemas.ts'
import type { Services } from '../services.ts'
import { PageAnswer, PageBody, Slug } from './monitor-schemas.ts'

const MAX_PAGES = 20
const MAX_PAGE_BYTES = 64 * 1_024

/** `/api/v1/status-pages`: what is told to everybody of how targets do. */
export const statusPagesRoutes =
  (services: Services): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { door, now } = services
    const { pages } = services.monitoring
    const about = { tags: ['Monitors'], security: [{ key: [] }] }

    app.get(
      '/api/v1/status-pages',
      {
        onRequest: requireKey(services, MAY_READ),
        schema: {
          ...about,
          operationId: 'statusPages',
          summary: 'The public status pages of the project',
          response: { 200: Type.Object({ pages: Type.Array(PageAnswer) }), ...problemsOf(401, 403) },
        },
      },
      async (request) => ({ pages: (await pages.list(principalOf(request).project.id)).map((page) => ({ ...page, monitors: [...page.monitors] })) }),
    )

    app.put(
      '/api/v1/status-pages',
      {
        onRequest: requireKey(services, MAY_PUBLISH),
        bodyLimit: MAX_PAGE_BYTES,
        schema: {
          ...about,
          operationId: 'putStatusPage',
          summary: 'Make a public status page, or change it',
          description: 'It is at /status/<slug> for everybody who reaches this server. It shows names and how targets do, and no address, header or reason.',
          body: PageBody,
          response: { 200: PageAnswer, ...problemsOf(400, 401, 403, 409) },
        },
      },
      async (request) => {
        const { keyId, project } = principalOf(request)
        const existing = await pages.list(project.id)
        if (existing.length >= MAX_PAGES && existing.every(({ slug }) => slug !== request.body.slug))
          throw new ProblemError(409, `The project has ${MAX_PAGES} pages, as many as it may. Remove one first.`)
        const page = await pages.put(project.id, request.body, now()).catch(refuseTaken)
        await door.audit.append({ actor: keyId, action: 'status-page-changed', subject: page.slug, projectId: project.id })
        return page
      },
    )

    app.delete(
      '/api/v1/status-pages',
      {
        onRequest: requireKey(services, MAY_PUBLISH),
        schema: {
          ...about,
          operationId: 'removeStatusPage',
          summary: 'Take a public status page away',
          querystring: Type.Object({ slug: Slug }, { additionalProperties: false }),
          response: { 200: Type.Object({ removed: Type.Literal(true) }), ...problemsOf(400, 401, 403, 404) },
        },
      },
      async (request) => {
        const { keyId, project } = principalOf(request)
        const { slug } = request.query
        if (!(await pages.remove(project.id, slug))) throw new ProblemError(404, 'The project has no status page at this address.')
        await door.audit.append({ actor: keyId, action: 'status-page-removed', subject: slug, projectId: project.id })
        return { removed: true as const }
      },
    )
  }

function refuseTaken(cause: unknown): never {
  if (!(cause instanceof SlugTaken)) throw cause
  throw new ProblemError(409, 'Another page of this server has this address. Choose another one.', {}, { cause })
}
