import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { MAY_ERASE, authorize } from '../authorize.ts'
import { createBodyMemory } from '../body/body-memory.ts'
import { createInflate } from '../body/inflate.ts'
import { parseJson } from '../body/parse-json.ts'
import { readBody } from '../body/read-body.ts'
import { streamBodies } from '../body/stream-bodies.ts'
import { ProblemError } from '../problem.ts'
import { problemsOf } from '../schemas.ts'
import type { Services } from '../services.ts'
import { TOKEN_PLACE, tokenOf } from './token.ts'

const MAX_BODY_BYTES = 4 * 1024
/** Bodies that are held at the same time. */
const MAX_BODIES = 64
const KEY_NAMES = ['api_key', 'apiKey', 'key'] as const

/** `POST /api/delete`: removes a key's project and all its data. */
export const deleteRoute =
  (services: Services): FastifyPluginAsyncTypebox =>
  async (app) => {
    streamBodies(app)
    const keyOfBody = createKeyReader()
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
        const { keyId, project } = await authorize(services, tokenOf(request) ?? (await keyOfBody(request)), MAY_ERASE, TOKEN_PLACE)
        await services.door.audit.append({ actor: keyId, action: 'project-removed', subject: project.name, projectId: project.id })
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

function createKeyReader(): (request: FastifyRequest) => Promise<string | null> {
  const limits = { compressedBytes: MAX_BODY_BYTES, bodyBytes: MAX_BODY_BYTES }
  const inflate = createInflate(MAX_BODY_BYTES)
  const memory = createBodyMemory(2 * MAX_BODIES * MAX_BODY_BYTES)
  return async (request) => {
    const lease = memory.lease()
    try {
      const { content } = await readBody(request.raw, { limits, inflate, lease })
      return content.length === 0 ? null : findKey(request, content)
    } finally {
      lease.release()
    }
  }
}

function findKey(request: FastifyRequest, body: Buffer): string | null {
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false
  const members: unknown = isForm ? Object.fromEntries(new URLSearchParams(body.toString())) : parseJson(body)
  if (typeof members !== 'object' || members === null) return null
  const key: unknown = KEY_NAMES.map((name) => Reflect.get(members, name)).find((value) => typeof value === 'string')
  return typeof key === 'string' ? key.replaceAll('"', '').trim() : null
}
