import { createAttachment, type Observation, type Recorder } from '@wayside/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'

/** Adds the hooks that let `recorder` observe every request of this Fastify context. */
export function observeFastify(fastify: FastifyInstance, recorder: Recorder<FastifyRequest>): void {
  const observations = createAttachment<Observation>()

  fastify.addHook('onRequest', (request, reply, next) => {
    const observation = recorder.observe({
      request: request.raw,
      response: reply.raw,
      source: request,
      url: urlOf(request),
      route: () => toRoute(request),
    })
    if (observation === null) return next()
    observations.set(request, observation)
    observation.run(next)
  })

  // Reading the body ends in an event of the socket, outside of the context in which the request began.
  fastify.addHook('preValidation', (request, _reply, next) => {
    const observation = observations.get(request)
    if (observation === undefined) return next()
    observation.run(next)
  })

  // Runs before every error handler, the app's own too.
  fastify.addHook('onError', (request, _reply, error, next) => {
    observations.get(request)?.fail(error)
    next()
  })
}

/** As the client sent it: where `rewriteUrl` changed it, Fastify keeps the original on Node's request. */
function urlOf({ raw }: FastifyRequest): string {
  const original = 'originalUrl' in raw ? raw.originalUrl : undefined
  return typeof original === 'string' ? original : (raw.url ?? '/')
}

/** The template as registered, prefixes included; `null` when a not-found handler answered. */
function toRoute(request: FastifyRequest): string | null {
  return request.is404 ? null : (request.routeOptions.url ?? null)
}
