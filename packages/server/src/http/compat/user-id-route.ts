import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'
import { authorize, type Permission } from '../authorize.ts'
import { ProblemError } from '../problem.ts'
import { problemsOf } from '../schemas.ts'
import type { Services } from '../services.ts'
import { TOKEN_PLACE, tokenOf } from './token.ts'

/** The kind that API Analytics clients use. */
const OF_CLIENTS: Permission = { kinds: ['combined'], role: null }

/** `GET /api/user-id`: the id that reads what a key has sent, for those who may not send. */
export const userIdRoute =
  (services: Services): FastifyPluginAsyncTypebox =>
  async (app) => {
    const schema = {
      summary: 'The id that reads what a key has sent',
      description: 'A JSON string, the same each time: a key of kind `read`, which `wayside keys` lists and revokes. It is for keys that API Analytics clients use, of kind `combined`.',
      tags: ['API Analytics'],
      response: { 200: Type.String(), ...problemsOf(401, 403) },
    }
    const answer = async (key: string | null, reply: FastifyReply): Promise<string> => {
      const { keyId } = await authorize(services, key, OF_CLIENTS, TOKEN_PLACE)
      const userId = key === null ? null : await services.registry.readKeyOf(key)
      // It was taken out of use a moment ago.
      if (userId === null) throw new ProblemError(401, `The key ${keyId} is revoked.`, {}, { rule: 'key' })
      // A plain string would go out without the quotes that make it JSON. It opens what is stored: nobody on the way keeps it.
      return reply.type('application/json; charset=utf-8').header('cache-control', 'no-store').serializer(JSON.stringify).send(userId)
    }
    app.get('/api/user-id', { schema: { ...schema, operationId: 'compatUserId', security: [{ token: [] }] } }, (request, reply) => answer(tokenOf(request), reply))
    app.get(
      '/api/user-id/:apiKey',
      { exposeHeadRoute: false, schema: { ...schema, operationId: 'compatUserIdOf', deprecated: true, params: Type.Object({ apiKey: Type.String({ maxLength: 128, description: 'The key. Addresses are kept by proxies and histories: send it in the header.' }) }) } },
      (request, reply) => answer(request.params.apiKey, reply),
    )
  }
