import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Filter, Share } from '@wayside/protocol'
import { TooManyShares } from '../../registry/shares.ts'
import { MAY_PUBLISH, principalOf, requireKey } from '../authorize.ts'
import { ProblemError } from '../problem.ts'
import { ask } from '../query/ask.ts'
import { parseQuery } from '../query/parse-query.ts'
import { untilClosed } from '../query/until-closed.ts'
import { Instant, Nullable, problemsOf, schemaOf } from '../schemas.ts'
import type { Services } from '../services.ts'

const Id = Type.String({ maxLength: 64, description: 'Names the link; it is no secret.' })
const Label = Type.String({ minLength: 1, maxLength: 80, description: 'Its title, as its readers see it.' })
const Hosts = Type.Array(Type.String({ maxLength: 255 }), { maxItems: 10, description: 'Origins of the pages that may show it in a frame, such as `https://intranet.example.com`. No page where empty.' })
const ShareAnswer = schemaOf<Share>()(
  Type.Object({
    id: Id,
    label: Label,
    hasPassword: Type.Boolean(),
    frameHosts: Hosts,
    filter: Type.Unsafe<Filter | null>({ description: 'Requests outside it do not exist for the link; null for all requests.' }),
    createdAt: Instant('When it was made.'),
    expiresAt: Nullable(Instant('When it ends; null for when it is revoked.')),
  }),
)

/** `/api/v1/shares`: shared links of a project, for who may publish. */
export const sharesRoutes =
  (services: Services): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { shares, door, now } = services
    const onRequest = requireKey(services, MAY_PUBLISH)
    const about = { tags: ['Project'], security: [{ key: [] }] }

    app.get(
      '/api/v1/shares',
      { onRequest, schema: { ...about, operationId: 'shares', summary: 'Shared links of the project', response: { 200: Type.Object({ shares: Type.Array(ShareAnswer) }), ...problemsOf(401, 403) } } },
      async (request) => ({ shares: [...(await shares.list(principalOf(request).project.id))] }),
    )

    app.post(
      '/api/v1/shares',
      {
        onRequest,
        schema: {
          ...about,
          operationId: 'createShare',
          summary: 'Make a shared link',
          description: 'Whoever has its token may ask `/api/v1/shared/query/batch` about the requests of its filter, and nothing else. The token is shown this once: only a hash is stored.',
          body: Type.Object(
            {
              label: Label,
              filter: Type.Optional(Type.Unknown({ description: 'As in a query; all requests where absent.' })),
              password: Type.Optional(Type.String({ minLength: 8, maxLength: 256, description: 'Asked of readers before they see anything.' })),
              frameHosts: Type.Optional(Hosts),
              expiresAt: Type.Optional(Instant('When it ends.')),
            },
            { additionalProperties: false },
          ),
          response: { 200: Type.Object({ share: ShareAnswer, token: Type.String() }), ...problemsOf(400, 401, 403, 409, 422) },
        },
      },
      async (request, reply) => {
        const principal = principalOf(request)
        const { label, password, expiresAt = null } = request.body
        const filter = parseQuery({ metrics: ['requests'], ...(request.body.filter !== undefined && { filter: request.body.filter }) }).filter ?? null
        if (expiresAt !== null && expiresAt <= now()) throw new ProblemError(400, 'The link would have ended already: give it an end that is to come.')
        // A filter that cannot be asked, with a reader's beside it, is told to who makes the link and not to its readers.
        if (filter !== null) await ask(services, principal, { metrics: ['requests'], range: '1h', filter: ['and', [filter]] }, untilClosed(reply))
        const frameHosts = (request.body.frameHosts ?? []).map(toOrigin)
        const passwordHash = password === undefined ? null : await door.passwords.hash(password)
        const projectId = principal.project.id
        const made = await shares.create(projectId, { label, filter, passwordHash, frameHosts, expiresAt }).catch((error: unknown) => {
          if (error instanceof TooManyShares) throw new ProblemError(409, `${error.message}: revoke one that is not needed.`, {}, { cause: error })
          throw error
        })
        await door.audit.append({ actor: principal.keyId, action: 'share-created', subject: made.share.id, projectId })
        return made
      },
    )

    app.delete(
      '/api/v1/shares',
      {
        onRequest,
        schema: { ...about, operationId: 'revokeShare', summary: 'End a shared link, at once', querystring: Type.Object({ id: Id }, { additionalProperties: false }), response: { 200: Type.Object({ revoked: Type.Literal(true) }), ...problemsOf(400, 401, 403, 404) } },
      },
      async (request) => {
        const { keyId, project } = principalOf(request)
        const { id } = request.query
        if (!(await shares.revoke(project.id, id))) throw new ProblemError(404, 'The project has no shared link with this id.')
        await door.audit.append({ actor: keyId, action: 'share-revoked', subject: id, projectId: project.id })
        return { revoked: true as const }
      },
    )
  }

/** What a browser compares with the page around a frame: nothing else of an address counts there. */
function toOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:') || `${url.origin}/` !== url.href)
    throw new ProblemError(400, `A page that may frame the link is named by its origin, such as https://intranet.example.com, got ${JSON.stringify(text)}.`)
  return url.origin
}
