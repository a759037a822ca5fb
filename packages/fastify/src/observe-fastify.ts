import type { Observation, Recorder } from '@wayside/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'

/** Adds the hooks that let `recorder` observe every request of this Fastify context. */
export function observeFastify(fastify: FastifyInstance, recorder: Recorder<FastifyRequest>): void {
  const observations = new WeakMap<FastifyRequest, Observation>()

  fastify.addHook('onRequest', (request, reply, next) => {
    const observation = recorder.observe({
      request: request.raw,
      response: reply.raw,
      source: request,
      url: request.originalUrl,
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

/** The template as registered, prefixes included; `null` when a not-found handler answered. */
function toRoute(request: FastifyRequest): string | null {
  return request.is404 ? null : (request.routeOptions.url ?? null)
}
