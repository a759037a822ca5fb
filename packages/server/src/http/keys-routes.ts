import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { KEY_KINDS } from '../registry/registry.ts'
import { MAY_ADMINISTER, principalOf, requireKey } from './authorize.ts'
import { ProblemError } from './problem.ts'
import { Instant, Nullable, OneOf, problemsOf } from './schemas.ts'
import type { Services } from './services.ts'

/** Two are enough to change one for another; the rest is for many apps. */
const MAX_LIVE_KEYS = 100

const Id = Type.String({ maxLength: 64, description: 'Names the key; it is no secret.' })
const Kind = OneOf(KEY_KINDS, 'What the key may do: send events, read, both and administer, or what API Analytics clients expect of one.')

/** `/api/v1/keys`: the keys of a project. To change one for another, make a new one, give it to the apps, revoke the old one. */
export const keysRoutes =
  (services: Services): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { registry, authenticator, door } = services
    const onRequest = requireKey(services, MAY_ADMINISTER)
    const about = { tags: ['Project'], security: [{ key: [] }] }
    const Use = Nullable(Instant('To the minute.'))

    app.get(
      '/api/v1/keys',
      {
        onRequest,
        schema: {
          ...about,
          operationId: 'keys',
          summary: 'The keys of the project',
          response: {
            200: Type.Object({ keys: Type.Array(Type.Object({ id: Id, kind: Kind, createdAt: Instant('When it was made.'), lastUsedAt: Use, revokedAt: Use })) }),
            ...problemsOf(401, 403),
          },
        },
      },
      async (request) => ({ keys: [...(await registry.keys(principalOf(request).project.id))] }),
    )

    app.post(
      '/api/v1/keys',
      {
        onRequest,
        schema: {
          ...about,
          operationId: 'createKey',
          summary: 'Make a key',
          description: 'The key is shown this once: only a hash is stored. Several of one kind work beside each other.',
          body: Type.Object({ kind: Kind }, { additionalProperties: false }),
          response: { 200: Type.Object({ id: Id, kind: Kind, key: Type.String() }), ...problemsOf(400, 401, 403, 409) },
        },
      },
      async (request) => {
        const { keyId, project } = principalOf(request)
        const live = (await registry.keys(project.id)).filter(({ revokedAt }) => revokedAt === null)
        if (live.length >= MAX_LIVE_KEYS) throw new ProblemError(409, `The project has ${live.length} keys, as many as it may. Revoke one first.`)
        const { kind } = request.body
        const { id, key } = await registry.createKey(project.id, kind)
        await door.audit.append({ actor: keyId, action: 'key-created', subject: id, projectId: project.id })
        return { id, kind, key }
      },
    )

    app.delete(
      '/api/v1/keys',
      {
        onRequest,
        schema: {
          ...about,
          operationId: 'revokeKey',
          summary: 'Take a key out of use',
          description: 'At once here, within 10 seconds at other servers of the same database.',
          querystring: Type.Object({ id: Id }, { additionalProperties: false }),
          response: { 200: Type.Object({ revoked: Type.Literal(true) }), ...problemsOf(400, 401, 403, 404) },
        },
      },
      async (request) => {
        const { keyId, project } = principalOf(request)
        const { id } = request.query
        const isOfProject = (await registry.keys(project.id)).some((key) => key.id === id)
        if (!isOfProject || !(await registry.revokeKey(id))) throw new ProblemError(404, 'The project has no live key with this id.')
        authenticator.forget()
        await door.audit.append({ actor: keyId, action: 'key-revoked', subject: id, projectId: project.id })
        return { revoked: true as const }
      },
    )
  }
