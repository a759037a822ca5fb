import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { AUDIT_ACTIONS } from '../../people/audit-log.ts'
import { Instant, Nullable, OneOf, problemsOf } from '../schemas.ts'
import type { Services } from '../services.ts'
import { MANAGERS, requirePerson } from './session.ts'

const MAX_ENTRIES = 1_000

/** `GET /api/v1/audit`: who did what, for owners and admins. */
export const auditRoute =
  (services: Services): FastifyPluginAsyncTypebox =>
  async (app) => {
    const Entry = Type.Object({
      id: Type.Integer(),
      at: Instant('When it was done.'),
      actor: Type.String({ description: '`person:3`, the id of a key, `operator` for the command line.' }),
      action: OneOf(AUDIT_ACTIONS, 'What was done.'),
      subject: Type.String({ description: 'To whom or what.' }),
      projectId: Nullable(Type.Integer({ description: 'Number of the project, also of one that is gone.' })),
    })
    app.get(
      '/api/v1/audit',
      {
        onRequest: requirePerson(services, MANAGERS),
        schema: {
          operationId: 'audit',
          summary: 'Who did what, the newest first',
          description: 'Kept for 400 days.',
          tags: ['People'],
          security: [{ session: [] }],
          querystring: Type.Object(
            {
              limit: Type.Integer({ minimum: 1, maximum: MAX_ENTRIES, default: 100 }),
              before: Type.Optional(Type.Integer({ minimum: 1, description: 'Id of the last entry of the page before.' })),
            },
            { additionalProperties: false },
          ),
          response: {
            200: Type.Object({
              entries: Type.Array(Entry),
              brokenAt: Nullable(Type.Integer({ description: 'Id of the first entry that somebody changed behind the back of this server, or after which some are missing; null when there is none.' })),
            }),
            ...problemsOf(400, 401, 403),
          },
        },
      },
      async (request) => ({
        entries: [...(await services.door.audit.list(request.query.limit, request.query.before ?? null))],
        brokenAt: await services.door.audit.firstBroken(),
      }),
    )
  }
