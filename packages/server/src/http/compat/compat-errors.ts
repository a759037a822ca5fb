import type { FastifyInstance } from 'fastify'
import type { Log } from '../../log/log.ts'
import { toProblemError } from '../errors.ts'
import { toProblem } from '../problem.ts'

/** Answers errors with a problem document that has `message` too, which API Analytics clients look for. */
export function answerCompatErrors(app: Pick<FastifyInstance, 'setErrorHandler'>, log: Log): void {
  app.setErrorHandler((error, request, reply) => {
    const problem = toProblemError(error, request, log)
    return reply
      .code(problem.status)
      .headers(problem.headers)
      .type('application/problem+json')
      .send({ ...toProblem(problem.status, problem.message, problem.rule), message: problem.message })
  })
}
