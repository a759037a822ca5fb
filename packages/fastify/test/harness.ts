import { once } from 'node:events'
import { createRequire } from 'node:module'
import { analytics, type Analytics, type AnalyticsOptions } from '@wayside/fastify'
import type { AdapterHarness, AnalyticsMount, Answer, ContractApp, RouterSpec, RunningApp } from '@wayside/testing'
import { fastify as createFastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'

const REGEX = '/digits/:number(^\\d+$)'

/** Fastify with its own router. */
export const harnesses: readonly AdapterHarness[] = [
  {
    name: `fastify ${createRequire(import.meta.url)('fastify/package.json').version}`,
    framework: 'fastify',
    module: import.meta.url,
    cannot: {
      subApp: 'Fastify has plugins, but no app inside an app',
      pathArray: 'a Fastify route has one path',
    },
    wildcard: '/files/*',
    regex: REGEX,
    regexRoute: REGEX,
    header: (source, name) => (source as FastifyRequest).headers[name]?.toString(),
    start,
  },
]

async function start(app: ContractApp, mounts: readonly AnalyticsMount[]): Promise<RunningApp> {
  const fastify = createFastify({ forceCloseConnections: true })
  const handles: Analytics[] = []
  for (const { apiKey, options } of mounts) {
    handles.push(await register(fastify, { ...options, apiKey }))
  }
  if (app.answersErrors) fastify.setErrorHandler(answerError)
  for (const { path, check } of app.guards) {
    fastify.addHook('onRequest', async (request) => {
      if (isBelow(path, request.url)) check(request.raw)
    })
  }
  addRouter(fastify, app)

  await fastify.listen({ port: 0, host: '127.0.0.1' })
  const address = fastify.server.address()
  if (address === null || typeof address === 'string') throw new Error(`expected a TCP address, got ${address}`)
  return {
    server: fastify.server,
    port: address.port,
    analytics: handles,
    // Not `fastify.close()`, which closes the analytics with the app.
    async stop() {
      const closed = once(fastify.server, 'close')
      fastify.server.close()
      fastify.server.closeAllConnections()
      await closed
    },
  }
}

/** `fastify.wayside` belongs to the first registration; the contract wants to hold every one. */
async function register(fastify: FastifyInstance, options: AnalyticsOptions): Promise<Analytics> {
  if (!fastify.hasDecorator('wayside')) {
    await fastify.register(analytics, options)
    return fastify.wayside
  }
  const handles: Analytics[] = []
  await fastify.register(
    Object.assign(
      async (instance: FastifyInstance) => {
        const view: FastifyInstance = Object.create(instance, {
          hasDecorator: { value: () => false },
          decorate: { value: (_name: string, handle: Analytics) => handles.push(handle) },
        })
        await analytics(view, options)
      },
      { [Symbol.for('skip-override')]: true },
    ),
  )
  const [handle] = handles
  if (handle === undefined) throw new Error('expected the plugin to decorate the app')
  return handle
}

function addRouter(fastify: FastifyInstance, { routes, mounts }: RouterSpec): void {
  for (const { method, path, handle } of routes) {
    fastify.route({
      method,
      url: String(path),
      handler: async (request, reply) => {
        const params = request.params as Record<string, string>
        const { body, raw } = request
        return answer(reply, await handle({ params, body, request: raw, response: reply.raw }))
      },
    })
  }
  for (const mount of mounts) {
    fastify.register(async (instance) => addRouter(instance, mount), { prefix: mount.path })
  }
}

function answer(reply: FastifyReply, content: Answer): FastifyReply {
  if (content.kind === 'raw') {
    reply.hijack()
    content.write(reply.raw, reply.request.raw)
    return reply
  }
  reply.headers({ ...content.headers })
  if (content.kind === 'stream') return reply.send(content.stream)
  const { body, status = 200 } = content
  return reply.code(status).send(body instanceof Uint8Array ? Buffer.from(body) : (body ?? undefined))
}

function answerError(error: unknown, _request: FastifyRequest, reply: FastifyReply): void {
  reply.code((error as { status?: number } | null)?.status ?? 500)
  reply.send({ error: error instanceof Error ? error.message : String(error) })
}

function isBelow(prefix: string, path: string): boolean {
  return path === prefix || path.startsWith(`${prefix.replace(/\/$/, '')}/`)
}
