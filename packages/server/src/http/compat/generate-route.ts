import { randomBytes } from 'node:crypto'
import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { ProblemError } from '../problem.ts'
import { problemsOf } from '../schemas.ts'
import type { Services } from '../services.ts'
import { createThrottle } from '../throttle.ts'

/** Keys that one address may make in a minute. */
const KEYS_PER_MINUTE = 60

/** Makes a project and its combined key, as API Analytics clients and the start page ask for it. */
export const generateRoute =
  (services: Services): FastifyPluginAsyncTypebox =>
  async (app) => {
    const throttle = createThrottle({ perSecond: KEYS_PER_MINUTE / 60, burst: KEYS_PER_MINUTE, monotonicMs: services.monotonicMs })
    const schema = {
      summary: 'Make a project and its key',
      description:
        'Answers with the key as a JSON string; it is shown this once. Open while the server listens on loopback, or with --open-keys.',
      tags: ['API Analytics'],
      response: { 200: Type.String(), ...problemsOf(403, 429) },
    }
    const generate = async (request: FastifyRequest): Promise<string> => {
      assertOpen(services, request)
      const waitMs = throttle.waitMs(request.ip, 1)
      if (waitMs > 0)
        throw new ProblemError(
          429,
          `More than ${KEYS_PER_MINUTE} keys were asked for from here in the last minute. Wait, then try again.`,
          { 'retry-after': String(Math.ceil(waitMs / 1_000)) },
        )
      throttle.use(request.ip, 1)
      const project = await services.registry.createProject({ name: `project-${randomBytes(4).toString('hex')}` })
      services.log.info('made a project and its key', { project: project.name })
      return (await services.registry.createKey(project.id, 'combined')).key
    }
    const answer = async (request: FastifyRequest, reply: FastifyReply): Promise<string> => {
      const key = await generate(request)
      // A plain string would go out without the quotes that make it JSON.
      reply.type('application/json; charset=utf-8').serializer(JSON.stringify)
      return key
    }
    app.post('/api/generate', { schema: { ...schema, operationId: 'generateKey' } }, answer)
    for (const path of ['/api/generate', '/api/generate-api-key'])
      app.get(path, { exposeHeadRoute: false, schema: { ...schema, deprecated: true } }, answer)
  }

const LOOPBACK = /^(127(\.\d{1,3}){3}|::1|\[::1\]|localhost)$/i

function assertOpen({ settings }: Services, request: FastifyRequest): void {
  const site = request.headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    throw new ProblemError(
      403,
      'A page of another site cannot make keys. Open this server in the browser and make the key there.',
    )
  if (settings.openKeys) return
  // Behind a proxy, loopback says nothing about who asks; a foreign host name is a page that had it resolve to loopback.
  const isProxied = request.headers['x-forwarded-for'] !== undefined || request.headers['forwarded'] !== undefined
  if (LOOPBACK.test(settings.host) && LOOPBACK.test(request.hostname) && !isProxied) return
  throw new ProblemError(
    403,
    'This server makes keys on its own machine only. Run `wayside keys create --kind combined --project NAME --data DIR` there, or start it with --open-keys.',
  )
}
