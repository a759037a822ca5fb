import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { MAY_ERASE, authorize } from '../authorize.ts'
import { decodeJson } from '../body/decode-json.ts'
import { readBody } from '../body/read-body.ts'
import { streamBodies } from '../body/stream-bodies.ts'
import { ProblemError } from '../problem.ts'
import { problemsOf } from '../schemas.ts'
import type { Services } from '../services.ts'
import { TOKEN_PLACE, tokenOf } from './token.ts'

const MAX_BODY_BYTES = 4 * 1024
const KEY_NAMES = ['api_key', 'apiKey', 'key'] as const

/** `POST /api/delete`: removes a key's project and all its data. */
export const deleteRoute =
  (services: Services): FastifyPluginAsyncTypebox =>
  async (app) => {
    streamBodies(app)
    app.post(
      '/api/delete',
      {
        validatorCompiler: () => () => true,
        schema: {
          operationId: 'deleteProject',
          summary: 'Remove a project, its keys and all its data',
          description:
            'The key in the header X-AUTH-TOKEN, or as `api_key` in a JSON or form body. Neither keys nor data answer any more once this returns.',
          tags: ['API Analytics'],
          security: [{ token: [] }],
          body: Type.Object({ api_key: Type.Optional(Type.String()) }),
          response: {
            200: Type.Object({ status: Type.Literal(200), message: Type.String() }),
            ...problemsOf(400, 401, 403),
          },
        },
      },
      async (request) => {
        const { project } = authorize(services, tokenOf(request) ?? (await keyOfBody(request)), MAY_ERASE, TOKEN_PLACE)
        await services.eraseProject(project.id)
        return { status: 200 as const, message: 'Account data deleted successfully.' }
      },
    )

    app.get('/api/delete/:apiKey', { exposeHeadRoute: false, schema: { hide: true } }, async () => {
      throw new ProblemError(
        405,
        'A link must not delete anything. Send `POST /api/delete` with the key in the header X-AUTH-TOKEN.',
        { allow: 'POST' },
      )
    })
  }

async function keyOfBody(request: FastifyRequest): Promise<string | null> {
  const body = await readBody(request.raw, { compressedBytes: MAX_BODY_BYTES, bodyBytes: MAX_BODY_BYTES })
  if (body.length === 0) return null
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false
  const members: unknown = isForm ? Object.fromEntries(new URLSearchParams(body.toString())) : decodeJson(body, 2)
  if (typeof members !== 'object' || members === null) return null
  const key: unknown = KEY_NAMES.map((name) => Reflect.get(members, name)).find((value) => typeof value === 'string')
  return typeof key === 'string' ? key.replaceAll('"', '').trim() : null
}
