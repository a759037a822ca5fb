import type { FastifyReply } from 'fastify'
import type { Answers } from './ask-all.ts'

/** Writes several answers as JSON, for the one who asked alone. */
export function sendAnswers(reply: FastifyReply, answers: Answers): FastifyReply {
  return reply.header('cache-control', 'private, no-cache').type('application/json').send(JSON.stringify(answers))
}
