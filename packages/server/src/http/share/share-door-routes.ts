import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { ProblemError } from '../problem.ts'
import { toRetryAfter } from '../retry-after.ts'
import { Instant, Nullable, problemsOf } from '../schemas.ts'
import type { Services } from '../services.ts'
import { findShare } from './find-share.ts'

/** Passwords that may be tried on one link, whoever tries: a pass that was given goes on being good. */
const TRIES = { burst: 10, everyMs: 60_000 }

/** `/api/v1/shared`: what a page that shows a shared link asks before it shows anything. */
export const shareDoorRoutes =
  (services: Services): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { shares, door } = services
    const about = { tags: ['Query'] }

    app.get(
      '/api/v1/shared',
      {
        schema: {
          ...about,
          operationId: 'shared',
          summary: 'What a shared link is',
          description: 'The token stands in the header "Authorization: Bearer TOKEN".',
          response: { 200: Type.Object({ label: Type.String(), hasPassword: Type.Boolean(), expiresAt: Nullable(Instant('When it ends; null for when it is revoked.')) }), ...problemsOf(401) },
        },
      },
      async (request) => {
        const { label, hasPassword, expiresAt } = (await findShare(services, request)).share
        return { label, hasPassword, expiresAt }
      },
    )

    app.post(
      '/api/v1/shared/open',
      {
        schema: {
          ...about,
          operationId: 'openShared',
          summary: 'Give the password of a shared link',
          description: 'The pass that it is answered with goes in the header "x-wayside-pass" of every question. It is good until the link ends.',
          body: Type.Object({ password: Type.String({ maxLength: 256 }) }, { additionalProperties: false }),
          response: { 200: Type.Object({ pass: Type.String() }), ...problemsOf(400, 401, 403, 429, 503) },
        },
      },
      async (request) => {
        const { share } = await findShare(services, request)
        const waitMs = await door.attempts.take(`share:${share.id}`, TRIES)
        if (waitMs > 0) throw new ProblemError(429, 'Too many passwords were tried on this link. Wait a little.', { 'retry-after': toRetryAfter(waitMs) })
        if (!(await door.passwords.verify(share.passwordHash, request.body.password))) throw new ProblemError(403, 'This is not the password of the link.')
        await door.attempts.forgive(`share:${share.id}`)
        return { pass: shares.passOf(share) }
      },
    )
  }
